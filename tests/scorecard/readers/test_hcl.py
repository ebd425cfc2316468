"""Resources as Terraform, Bicep, ARM and CloudFormation declare them."""

from hypothesis import given
from hypothesis import strategies as st

from scorecard.readers import yaml
from scorecard.readers.hcl import Resource, declared, resources, uncommented


def test_a_terraform_resource_has_its_type_name_and_lines() -> None:
    text = 'resource "aws_sns_topic" "oncall" {\n  name = "x"\n}\n'

    assert resources(text) == [Resource("aws_sns_topic", "oncall", 1, 3)]


def test_a_terraform_module_is_a_resource_of_the_type_module() -> None:
    assert [(r.type, r.name) for r in resources('module "alarms" {\n  source = "./alarms"\n}')] == [
        ("module", "alarms")
    ]


def test_existing_things_that_are_only_looked_up_are_not_declared() -> None:
    assert not resources('data "aws_sns_topic" "oncall" {\n}')
    assert not resources("resource app 'Microsoft.Web/sites@2022-03-01' existing = {\n}")


def test_a_commented_resource_is_none() -> None:
    assert not resources('# resource "aws_sns_topic" "a" {}\n// resource "aws_sns_topic" "b" {}')
    assert not resources('/*\nresource "aws_sns_topic" "a" {}\n*/')


def test_a_comment_mark_in_a_string_is_no_comment() -> None:
    assert uncommented('url = "https://example.com#a" # gone') == ['url = "https://example.com#a" ']


def test_a_bicep_resource_loses_its_version() -> None:
    found = resources("resource app 'Microsoft.Web/sites@2022-03-01' = {\n  name: 'x'\n}")

    assert [(r.type, r.name) for r in found] == [("Microsoft.Web/sites", "app")]


def test_cloudformation_and_arm_trees_declare_resources_with_their_lines() -> None:
    template = "Resources:\n  Alarm:\n    Type: AWS::CloudWatch::Alarm\n"
    arm = '{"resources": [\n{"type": "Microsoft.Insights/metricAlerts", "name": "slow"}]}'

    assert [(r.type, r.name, r.line) for d in yaml.read(template) for r in declared(d)] == [
        ("AWS::CloudWatch::Alarm", "Alarm", 3)
    ]
    assert [(r.type, r.name, r.line) for d in yaml.read(arm) for r in declared(d)] == [
        ("Microsoft.Insights/metricAlerts", "slow", 2)
    ]


def test_a_schema_that_has_types_declares_nothing() -> None:
    tree = yaml.read("properties:\n  name:\n    type: string\n  kind:\n    type: object\n")[0]

    assert not list(declared(tree))


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    assert isinstance(resources(text), list)
    assert len(uncommented(text)) == len(text.split("\n"))
