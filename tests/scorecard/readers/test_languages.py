"""Source code that is not Python, read to records."""

from textwrap import dedent

import pytest
from msgspec.structs import astuple

from scorecard.readers.code import Source
from scorecard.readers.languages import SUFFIXES, read, reads


def source(path: str, text: str) -> Source:
    found = read(dedent(text).lstrip("\n"), path)
    assert found is not None
    return found


def names(found: Source) -> list[str]:
    return [call.name for call in found.calls]


def asserted(found: Source) -> dict[str, int]:
    return {test.name: test.asserts for test in found.tests}


# JavaScript and TypeScript


def test_an_instance_of_an_imported_class_is_followed() -> None:
    found = source(
        "a.ts", 'import { Langfuse as L } from "langfuse";\nconst lf = new L({ key: "k" });\nlf.trace({ name: "x" });'
    )
    assert astuple(found.imports[0])[:3] == ("langfuse", "Langfuse", "L")
    assert names(found) == ["langfuse.Langfuse", "langfuse.Langfuse.trace"]
    assert found.calls[0].kwarg("key") == "'k"
    assert [call.used for call in found.calls] == [True, False]


def test_a_field_of_a_class_is_followed() -> None:
    found = source(
        "a.ts",
        """
        import { Langfuse } from "langfuse";
        @Injectable()
        export class Foo extends Base implements Port {
          private lf = new Langfuse();
          @Get("/x") async run(id: string) { await this.lf.trace(`a ${id}`); }
        }
        """,
    )
    assert "langfuse.Langfuse.trace" in names(found)
    assert found.classes[0].bases == ("Base", "Port")
    assert found.classes[0].decorators == ("Injectable",)
    assert found.functions[0].name == "Foo.run"
    assert found.functions[0].decorators == ("Get",)


def test_the_keys_of_nested_objects_are_named_arguments() -> None:
    found = source("a.ts", "streamText({ model, telemetry: { isEnabled: true } });")
    assert dict(found.calls[0].kwargs) == {"model": "model", "telemetry": "", "telemetry.isEnabled": "true"}


def test_require_and_dynamic_imports_are_imports() -> None:
    found = source(
        "a.js", "const { a, b: c } = require('x');\nc('s');\nconst z = await import('zod');\nrequire('side');"
    )
    assert [astuple(i)[:3] for i in found.imports] == [
        ("x", "a", "a"),
        ("x", "b", "c"),
        ("zod", "", "z"),
        ("side", "", ""),
    ]
    assert "x.b" in names(found)


def test_a_component_that_is_rendered_is_a_call_and_a_plain_element_is_none() -> None:
    found = source(
        "a.tsx", 'import { Vote } from "./vote";\nexport const P = () => <div><Vote id="7" onUp={up} /></div>;'
    )
    assert [(c.name, c.kwargs) for c in found.calls] == [("./vote.Vote", (("id", "'7"), ("onUp", "up")))]


def test_what_stands_in_comments_and_strings_is_no_call() -> None:
    found = source("a.ts", '// lf.trace()\n/* expect(1) */\nconst s = "lf.trace()";\n')
    assert not found.calls
    assert [text.value for text in found.texts] == ["lf.trace()"]


def test_a_parameter_hides_an_import() -> None:
    found = source("a.ts", 'import lf from "langfuse";\nfunction f(lf) { lf.trace(); }\nlf.flush();')
    assert names(found) == ["lf.trace", "langfuse.flush"]


def test_what_hangs_on_something_nameless_says_so() -> None:
    assert names(source("a.js", "[1].map(f); (a || b)(); 'x'.trim();")) == ["?.map", "?", "str.trim"]


def test_tests_of_jest_say_what_they_assert() -> None:
    found = source(
        "a.test.ts",
        """
        describe("g", () => {
          it("asserts", async () => { expect(f(1)).toBe(2); });
          it("does not", () => { f(1); });
          test.each([1])("each %d", (n) => { expect(n).toBe(1); });
          it.skip("never", () => { expect(1).toBe(1); });
          it.todo("later");
        });
        describe.skip("off", () => { it("inner", () => {}); });
        """,
    )
    assert asserted(found) == {"asserts": 1, "does not": 0, "each %d": 1, "never": 1, "later": 0, "inner": 0}
    assert {t.name for t in found.tests if t.skipped} == {"never", "later", "inner"}


def test_a_regular_expression_or_a_hook_is_no_test() -> None:
    found = source("a.ts", 're.test("x"); test.beforeEach(() => {}); test("x"); it(1); test.describe("d", () => {});')
    assert not found.tests


def test_conditions_say_what_they_guard() -> None:
    found = source("a.ts", 'function f(x) { if (x.score < 0.8 && !ok) { throw new Error("low"); } else { return 1; } }')
    guard, other = found.guards
    assert guard.names == {"x", "score", "ok"}
    assert guard.values == ("0.8",)
    assert guard.ops == {"<", "and", "not"}
    assert guard.effects == {"raise"}
    assert (other.kind, other.effects) == ("else", {"return"})


def test_an_else_if_is_one_condition_and_no_else() -> None:
    found = source("a.js", "if (a) { x(); } else if (b) { process.exit(1); }")
    assert [(g.kind, g.effects) for g in found.guards] == [("if", {"other"}), ("if", {"exit"})]


def test_a_component_file_gives_its_script_with_right_lines() -> None:
    found = source(
        "a.vue",
        '<template>\n  <b>{{ x() }}</b>\n</template>\n<script setup lang="ts">\nconst a: number = f();\n</script>\n',
    )
    assert [(c.name, c.line) for c in found.calls] == [("f", 5)]
    assert found.language == "typescript"


def test_a_component_without_a_script_gives_nothing() -> None:
    assert read("<template><b/></template>\n", "a.vue") is None


def test_a_helper_of_the_same_file_that_asserts_makes_its_callers_assert() -> None:
    found = source(
        "a.test.js",
        """
        function same(x) { expect(x).toBe(1); }
        test("a", () => { same(1); });
        test("b", () => { other(1); });
        """,
    )
    assert asserted(found) == {"a": 1, "b": 0}


# Ruby


def test_ruby_modules_and_instances_are_followed() -> None:
    found = source(
        "a.rb",
        """
        require "openai"
        module A
          class Foo < Bar::Baz
            def initialize(client:, size: 1)
              @ai = OpenAI::Client.new(api_key: "k")
              raise ArgumentError, "no" if client.nil?
            end

            def run = @ai.chat(parameters: { model: "m" })
          end
        end
        """,
    )
    assert found.imports[0].module == "openai"
    assert "OpenAI.Client" in names(found)
    assert "OpenAI.Client.chat" in names(found)
    assert found.calls[-1].kwarg("parameters.model") == "'m"
    assert [(c.name, c.bases) for c in found.classes] == [("A", ()), ("A.Foo", ("Bar.Baz",))]
    assert found.functions[0].params == ("client", "size")
    assert [(g.kind, g.effects) for g in found.guards] == [("if", {"raise"})]


def test_rspec_and_minitest_are_tests() -> None:
    found = source(
        "a_spec.rb",
        """
        RSpec.describe Foo do
          it("asserts") { expect(subject.run).to eq(1) }
          it { is_expected.to be }
          it("calls only") { subject.run }
          xit("off") { expect(1).to eq(1) }
          it("later") { skip "x" }
        end
        class T < Minitest::Test
          def test_y; assert true; end
          def helper; assert true; end
        end
        """,
    )
    assert asserted(found) == {"asserts": 1, "it": 1, "calls only": 0, "off": 1, "later": 0, "T.test_y": 1}
    assert {t.name for t in found.tests if t.skipped} == {"off", "later"}


def test_a_method_named_test_outside_a_test_class_is_no_test() -> None:
    assert not source("a.rb", "class T < Base\n  def test_y; assert true; end\nend\nit 'x'\n").tests


# Go


def test_go_packages_types_and_fields_are_followed() -> None:
    found = source(
        "a.go",
        """
        package main
        import oai "github.com/sashabaranov/go-openai"
        type S struct { c *oai.Client }
        func (s *S) Run(name string) error {
          s.c.Create(oai.Request{Model: "m"})
          if err != nil { return err }
          return nil
        }
        func main() { oai.NewClient("k") }
        """,
    )
    module = "github.com/sashabaranov/go-openai"
    assert names(found) == [f"{module}.Client.Create", f"{module}.Request", f"{module}.NewClient"]
    assert found.calls[0].kwarg("Model") == "'m"
    assert found.functions[0].name == "S.Run"
    assert found.guards[0].effects == {"return"}
    assert found.main == 9


def test_go_tests_take_a_testing_t() -> None:
    found = source(
        "a_test.go",
        """
        package a
        import "testing"
        func TestA(t *testing.T) { t.Run("s", func(t *testing.T) { require.NoError(t, err); t.Fatalf("no") }) }
        func TestB(t *testing.T) { f(); err.Error() }
        func TestC(t *testing.T) { t.Skip("x") }
        func TestD(t *testing.T) { if testing.Short() { t.Skip("x") }; t.Error("x") }
        func TestHelper(s string) { t.Error("x") }
        func Testify(t *testing.T) { t.Error("x") }
        """,
    )
    assert asserted(found) == {"TestA": 2, "TestB": 0, "TestC": 0, "TestD": 1}
    assert [t.name for t in found.tests if t.skipped] == ["TestC"]


# Java, Kotlin, Scala, C#


def test_java_annotations_types_and_tests() -> None:
    found = source(
        "A.java",
        """
        import dev.lc.OpenAi;
        import static org.junit.Assert.*;
        @RestController
        public class A extends B<T> implements I {
          private final OpenAi api = OpenAi.builder().key("k").build();
          @Test void works() { assertEquals(1, api.chat("hi")); }
          @Test void empty() { this.api.chat("hi"); }
          @Disabled @Test void off() { assertTrue(true); }
          void helper() { assertTrue(true); }
          public static void main(String[] args) { try { f(); } catch (IOException e) { log.error("x"); } }
        }
        """,
    )
    assert astuple(found.imports[0])[:3] == ("dev.lc", "OpenAi", "OpenAi")
    assert names(found).count("dev.lc.OpenAi.chat") == 2
    assert found.classes[0].bases == ("B", "I")
    assert found.classes[0].decorators == ("RestController",)
    assert asserted(found) == {"A.works": 1, "A.empty": 0, "A.off": 1}
    assert [t.name for t in found.tests if t.skipped] == ["A.off"]
    assert found.guards[0].kind == "except"
    assert found.main == 10


def test_kotlin_named_arguments_and_tests() -> None:
    found = source(
        "A.kt",
        """
        import com.x.OpenAI as O
        class Foo(private val api: O) : Bar(1) {
          @Test fun `it works`() = runTest { assertEquals(1, api.chat(model = "m", 2)) }
        }
        class S : FunSpec({ test("adds") { (1 + 1) shouldBe 2 } })
        fun main() { val c = O(token = "k"); c.models() }
        """,
    )
    assert "com.x.OpenAI.chat" in names(found)
    assert "com.x.OpenAI.models" in names(found)
    assert found.classes[0].bases == ("Bar",)
    assert asserted(found) == {"Foo.it works": 1, "adds": 1}


def test_scala_selectors_and_tests() -> None:
    found = source(
        "A.scala",
        """
        import org.spark.sql.{SparkSession => SS, DataFrame}
        class Foo extends AnyFlatSpec with Matchers {
          val spark = SS.builder().getOrCreate()
          "a thing" should "work" in { f(n = 1) shouldBe 3 }
          it should "do" in { foo() }
          test("named") { assertResult(1)(2) }
        }
        """,
    )
    assert astuple(found.imports[0])[:3] == ("org.spark.sql", "SparkSession", "SS")
    assert "org.spark.sql.SparkSession.builder" in names(found)
    assert asserted(found) == {"a thing should work": 1, "it should do": 0, "named": 1}


def test_csharp_usings_attributes_and_tests() -> None:
    found = source(
        "A.cs",
        """
        using AI = OpenAI.Chat;
        public class Foo : Bar<T>, IBaz {
          private readonly AI.ChatClient _c = new AI.ChatClient(model: "m");
          [Fact] public async Task Works() { Assert.Equal(1, await _c.Go()); }
          [Fact(Skip = "x")] public void Off() { x.Should().Be(1); }
          public void Helper() { Assert.True(true); }
        }
        """,
    )
    assert astuple(found.imports[0])[:3] == ("OpenAI.Chat", "", "AI")
    assert "OpenAI.Chat.ChatClient.Go" in names(found)
    assert found.classes[0].bases == ("Bar", "IBaz")
    assert asserted(found) == {"Foo.Works": 1, "Foo.Off": 1}
    assert [t.skipped for t in found.tests] == [False, True]


# R


def test_r_packages_functions_and_conditions() -> None:
    found = source(
        "a.R",
        """
        library(torch)
        # library(nope)
        fit <- function(data, epochs = 10) {
          if (nrow(data) < 3) stop("no data")
          m <- Net$new(1); m$train(data)
          mlflow::mlflow_log_metric("loss", 0.1, step = 3)
        }
        s <- r"(library(no))"
        """,
    )
    assert [astuple(i)[:2] for i in found.imports] == [("torch", ""), ("mlflow", "mlflow_log_metric")]
    assert found.functions[0].params == ("data", "epochs")
    assert (found.functions[0].line, found.functions[0].end) == (3, 7)
    assert "Net.train" in names(found)
    assert found.calls[-1].kwarg("step") == "3"
    assert found.guards[0].effects == {"raise"}


@pytest.mark.parametrize(
    ("text", "packages"),
    [
        ('pacman::p_load(xgboost, char = c("glmnet"))', {"pacman", "xgboost", "glmnet"}),
        ('geneorama::loadinstall_libraries(c("glmnet", "ROCR"))', {"geneorama", "glmnet", "ROCR"}),
        ('pkgs <- c("ranger", "here")\ninvisible(lapply(pkgs, library, character.only = TRUE))', {"ranger", "here"}),
        ('sapply(c("mlr3", "caret"), require, character.only = TRUE)', {"mlr3", "caret"}),
        ('my.libs <- c("keras")\nfor (p in my.libs) {\n  library(p, character.only = TRUE)\n}', {"keras"}),
        ('cols <- c("keras")\nlapply(cols, print)\nlibrary(here)', {"here"}),
        ('cols <- c("keras")\nfor (p in cols) library(p, character.only = TRUE)', set()),
        ('install.packages(c("keras"))', set()),
    ],
)
def test_r_packages_that_are_attached_together(text: str, packages: set[str]) -> None:
    assert {i.module for i in source("a.R", text + "\n").imports} >= packages
    assert "keras" not in {i.module for i in source("a.R", text + "\n").imports} - packages


def test_testthat_blocks_are_tests() -> None:
    found = source(
        "test-a.R", 'test_that("a", { expect_equal(f(), 1) })\ntest_that("b", { f() })\ntest_that("c", { skip("x") })\n'
    )
    assert asserted(found) == {"a": 1, "b": 0, "c": 0}
    assert [t.skipped for t in found.tests] == [False, False, True]


# any input


def test_python_and_declarations_are_not_read_here() -> None:
    assert not reads("a.py")
    assert not reads("types.d.ts")
    assert read("x = 1", "Makefile") is None


def test_minified_and_empty_files_give_nothing() -> None:
    assert read("f();" * 10_000, "a.js") is None
    assert read(" \n", "a.js") is None


def test_broken_code_is_read_in_part() -> None:
    found = source("a.ts", 'import x from "x";\nx.go();\nconst = = ;\n}')
    assert found.broken
    assert names(found) == ["x.go"]


@pytest.mark.parametrize("suffix", sorted(SUFFIXES))
@pytest.mark.parametrize(
    "text",
    [
        "\0\0\0", "\ufeffx()", "\ud800", "f(" * 3_000, "{" * 3_000, "a" + ".b()" * 2_000, "if (a) {\n" * 2_000,
        '"', "`", '"""', "<script>", "---\n", "é()\n", "\r\n\r", "@", "import", "class", "function(", "a[[", 'r"(', "%",
        "#{", "<<A",
    ],
)  # fmt: skip
def test_no_input_makes_it_raise(suffix: str, text: str) -> None:
    found = read(text, f"a.{suffix}")
    assert found is None or found.lines > 0


def test_an_object_that_a_variable_holds_is_named_arguments_until_it_holds_something_else() -> None:
    found = source(
        "a.ts", "function f() { const row = { role, text: 'a' }; save(row); row = other(); save(row); }\nsave(row);"
    )
    assert [dict(c.kwargs) for c in found.calls if c.name == "save"] == [{"role": "role", "text": "'a"}, {}, {}]
