// What a declarative pipeline may say, as far as ours says it. Prints which stages would run, as JSON; unknown words fail.
import groovy.json.JsonOutput
import groovy.json.JsonSlurper

class Block {
    Map world
    def within(Block block, Closure body) {
        block.world = world
        body.delegate = block
        body.resolveStrategy = Closure.DELEGATE_ONLY
        body()
        block
    }
    def getParams() { world.params }
    def getAny() { 'any' }
    def getNone() { 'none' }
}

class Options extends Block { def timeout(Map said) {} }
class Triggers extends Block { def cron(String said) {} }

class Parameters extends Block {
    def choice(Map said) { if (!world.params.containsKey(said.name)) world.params[said.name] = said.choices[0] }
    def string(Map said) { if (!world.params.containsKey(said.name)) world.params[said.name] = said.defaultValue }
}

class Environment extends Block {
    Map found = [:]
    def credentials(id) { "credentials:$id".toString() }
    def propertyMissing(String name, value) { found[name] = value.toString() }
}

class Condition extends Block {
    List<Boolean> found = []
    def branch(String name) { found << (world.branch == name) }
    def triggeredBy(String cause) { found << (cause == 'TimerTrigger' && world.timer) }
    def beforeAgent(boolean said) {}
    def environment(Map said) { found << (world.variables[said.name] == said.value) }
    def expression(Closure body) { body.delegate = this; body.resolveStrategy = Closure.DELEGATE_ONLY; found << (body() as boolean) }
    def allOf(Closure body) { found << within(new Condition(), body).found.every() }
    def anyOf(Closure body) { found << within(new Condition(), body).found.any() }
    def not(Closure body) { found << !within(new Condition(), body).found.every() }
}

class Steps extends Block {
    List found = []
    def sh(String said) { found << ['sh', said] }
    def stash(Map said) { found << ['stash', said.name + '=' + said.includes] }
    def unstash(String said) { found << ['unstash', said] }
    def archiveArtifacts(String said) { found << ['archiveArtifacts', said] }
}

class Input extends Block {
    String signature = 'APPROVER'
    def message(String said) {}
    def submitterParameter(String said) { signature = said }
}

class Stage extends Block {
    String name
    boolean wanted = true
    Map environment = [:]
    List steps = []
    List<Stage> inner = []
    String signature = ''
    def agent(String said) {}
    def when(Closure body) { wanted = within(new Condition(), body).found.every() }
    def environment(Closure body) { environment = within(new Environment(), body).found }
    def input(Closure body) { signature = within(new Input(), body).signature }
    def steps(Closure body) { steps = within(new Steps(), body).found }
    def stages(Closure body) { inner = within(new Stages(), body).found }
    List flat() {
        if (!wanted) return []
        if (inner) return inner.collectMany { it.flat() }
        [[name: name, environment: environment, steps: steps, signature: signature]]
    }
}

class Stages extends Block {
    List<Stage> found = []
    def stage(String name, Closure body) { found << within(new Stage(name: name), body) }
}

class Pipeline extends Block {
    Map environment = [:]
    List<Stage> found = []
    def agent(String said) {}
    def options(Closure body) { within(new Options(), body) }
    def triggers(Closure body) { within(new Triggers(), body) }
    def parameters(Closure body) { within(new Parameters(), body) }
    def environment(Closure body) { environment = within(new Environment(), body).found }
    def stages(Closure body) { found = within(new Stages(), body).found }
}

def world = new JsonSlurper().parseText(args[1])
world = [branch: world.branch, timer: world.timer, params: new LinkedHashMap(world.params), variables: world.variables]
def made = new Pipeline(world: world)
def outer = new Block(world: world)
new GroovyShell(new Binding(pipeline: { Closure body -> outer.within(made, body) })).evaluate(new File(args[0]))
println JsonOutput.toJson([params: world.params, environment: made.environment, stages: made.found.collectMany { it.flat() }])
