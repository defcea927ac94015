import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.app_config import (
    AppConfig,
    UnreadableError,
    changed_besides_version,
    next_version,
    raise_version,
    read,
)
from bot.engine.release import Part

COMMON = """\
import { ExpoConfig, ConfigContext } from 'expo/config';

// version: '9.9.9' was a mistake
const IS_DEV = process.env.APP_VARIANT === 'development';
const half = IS_DEV ? 1 / 2 : 0;

export default ({ config }: ConfigContext): ExpoConfig => ({
  ...config,
  name: IS_DEV ? 'Pawlogic (dev)' : 'Pawlogic', // "version": "8.8.8"
  slug: `paw-${IS_DEV ? 'version: "7.7.7"' : `version: '6.6.6'`}`,
  version: '1.4.9',
  /* version: '5.5.5', */
  runtimeVersion: { policy: 'appVersion' },
  ios: { bundleIdentifier: 'app.pawlogic', buildNumber: '57' },
  plugins: [['expo-build-properties', { android: { version: '4.4.4' } }], { version: '3.3.3' }],
  extra: { eas: { projectId: '0-0' }, version: '2.2.2', pattern: /version: '1.1.1'\\/["'`]/g },
});
"""
SHAPES = {
    "a function's object": COMMON,
    "a constant": "const config = { name: 'x', version: \"1.4.9\" };\nexport default config;\n",
    "typed": "const config: Partial<ExpoConfig> = { slug: 'x', version: '1.4.9', };\nexport default config",
    "exported": "export default { name: 'x', version: '1.4.9' } satisfies ExpoConfig;",
    "returned": "module.exports = ({ config }) => {\n  if (!config) { throw new Error(`no ${config}`); }\n"
    "  return { ...config, name: 'x', version: '1.4.9' };\n};",
    "expo": "module.exports = { expo: { version: '1.4.9' } };",
    "a call": "export default defineConfig({ name: 'x', 'version': '1.4.9' });",
    "json": '{"expo": {"name": "x", "version": "1.4.9", "extra": {"version": "2.0.0"}}}',
    "json with comments": '{ // "version": "3.0.0"\n "expo": { "version": "1.4.9" /* here */ } }',
    "json without expo": '{"name": "x", "version": "1.4.9"}',
    "comments between": "export default { name: 'x', version /* : '2.0.0' */ : // '3.0.0'\n '1.4.9' }",
    "spread first": "export default { ...base, name: 'x', version: '1.4.9', list: [...a], f: g(...b) }",
    "windows": "export default {\r\n  name: 'x',\r\n  version: '1.4.9',\r\n}\r\n",
    "a byte order mark": "\ufeffexport default { name: 'x', version: '1.4.9' }",
    "a hash bang": "#!/usr/bin/env node -- '\nmodule.exports = { name: 'x', version: '1.4.9' }",
    "a pattern beside it": "const { a } = b;\nexport default { name: a, version: '1.4.9' }",
    "a function beside it": "function f(a) { return a > 1 }\nexport default { name: f(1), version: '1.4.9' }",
}


@pytest.mark.parametrize("shape", list(SHAPES))
def test_the_version_alone_is_raised_in_every_usual_shape(shape):
    text = SHAPES[shape]

    raised, old, new = raise_version(text, Part.PATCH)

    assert (old, new) == ("1.4.9", "1.4.10")
    assert raised == text.replace("1.4.9", "1.4.10")
    assert read(raised).version == "1.4.10"


TWICE, ON = "the version is set here more than once", "the version is set here and on line"
REFUSED = {
    "nothing": ("", 0, "there is no version"),
    "no version": ("export default { name: 'x' }", 0, "there is no version"),
    "a comment only": ("export default {\n name: 'x',\n // version: '1.0.0'\n}", 3, "in a comment only"),
    "a string only": ("export default { name: \"version: '1.0.0'\" }", 0, "there is no version"),
    "a nested one only": ("export default { name: 'x', extra: { version: '1.0.0' } }", 0, "no version"),
    "a template": ("export default { name: 'x',\n version: `1.0.0` }", 2, "a template string: `1.0.0`"),
    "a template with code": ("export default { name: 'x', version: `1.${minor}.0` }", 1, "a template"),
    "a constant": ("export default { name: 'x', version: VERSION }", 1, "computed: VERSION"),
    "the environment": ("export default { name: 'x', version: process.env.V ?? '1.0.0' }", 1, "computed"),
    "a choice": ("export default { name: 'x', version: DEV ? '1.0.0' : '2.0.0' }", 1, "computed"),
    "joined": ("export default { name: 'x', version: '1.0' + '.0' }", 1, "computed"),
    "cast": ("export default { name: 'x', version: '1.0.0' as string }", 1, "computed"),
    "required": ("export default { name: 'x', version: require('./p').version }", 1, "computed"),
    "shorthand": ("export default { name: 'x', version }", 1, "only running it can tell"),
    "a getter": ("export default { name: 'x', get version() { return '1.0.0' } }", 1, "only running"),
    "a method": ("export default { name: 'x', version() { return '1.0.0' } }", 1, "only running"),
    "a computed key": ("export default { name: 'x', ['version']: '1.0.0' }", 1, "only running"),
    "twice": ("export default {\n name: 'x',\n version: '1.0.0',\n version: '1.0.1' }", 3, f"{ON} 4"),
    "two objects": ("a = { name: 1, version: '1.0.0' };\nb = { name, version: '2.0.0' }", 1, f"{ON} 2"),
    "an escaped twin": ("export default { version: '1.0.0', 'ver\\x73\\u0069\\u{6f}n': '2.0.0' }", 1, TWICE),
    "assigned later": ("const c = { name: 'x', version: '1.0.0' };\nc.version = '2.0.0';", 1, f"{ON} 2"),
    "assigned by text": ("const c = { name: 'x', version: '1.0.0' };\nc['version'] = '2.0.0';", 1, f"{ON} 2"),
    "assigned only": ("const c = load();\nc.version = '2.0.0';", 2, "assigned"),
    "a spread after": ("export default { name: 'x', version: '1.0.0', ...config }", 1, "spread after it"),
    "one platform's": ("export default { name: 'x', ios: { version: '1.0.0' } }", 1, "one platform"),
    "one platform's too": ("export default { version: '1.0.0', android: { version: '1.0.0' } }", 1, TWICE),
    "beside expo": ('{"name": "x", "version": "1.0.0", "expo": {"slug": "x"}}', 1, "beside expo"),
    "beside expo, after it": ('{"expo": {"slug": "x"}, "version": "1.0.0"}', 1, "beside expo"),
    "chosen": ("export default DEV ? { name: 'x', version: '1.0.0' } : base", 1, "only sometimes"),
    "a fallback": ("export default load() ?? { name: 'x', version: '1.0.0' }", 1, "only sometimes"),
    "under a condition": (
        "export default () => { if (X) { return { name: 'x', version: '1.0.0' } } return load() }",
        1,
        "only sometimes",
    ),
    "returned at times": (
        "export default () => { if (X) return { name: 'x', version: '1.0.0' }; return load() }",
        1,
        "only sometimes",
    ),
    "or else": ("function f() { if (X) {} else { return { name: 'x', version: '1.0.0' } } }", 1, "sometimes"),
    "of something else": ("const pkg = { version: '1.0.0' };\nexport default load(pkg)", 1, "app's config"),
    "a type": ("type A = { name: 'x', version: '1.0.0' }", 0, "there is no version"),
    "in a template": ("export default `${f({ name: 'x', version: '1.0.0' })}`", 0, "there is no version"),
    "two numbers": ("export default { name: 'x', version: '1.4' }", 1, "'1.4' is not a version of three"),
    "a word": ("export default { name: 'x', version: 'next' }", 1, "not a version of three"),
    "a candidate": ("export default { name: 'x', version: '1.0.0-rc.1' }", 1, "not a version of three"),
    "leading zeros": ("export default { name: 'x', version: '01.2.3' }", 1, "not a version of three"),
    "spaces": ("export default { name: 'x', version: ' 1.2.3' }", 1, "not a version of three"),
    "other digits": ("export default { name: 'x', version: '\u0661.\u0662.\u0663' }", 1, "three numbers"),
    "an escape": ("export default { name: 'x', version: '1.2.\\x33' }", 1, "not a version of three"),
    "a number": ("export default { name: 'x', version: 1.2 }", 1, "computed"),
    "an open string": ("export default {\n name: 'x,\n version: '1.0.0' }", 2, "a string does not end"),
    "an open comment": ("export default { /* name: 'x', version: '1.0.0' }", 1, "a comment does not end"),
    "an open template": ("export default { name: `x, version: '1.0.0' }", 1, "template string does not end"),
    "an open brace": ("export default { name: 'x', version: '1.0.0'", 1, "{ is never closed"),
    "a wrong bracket": ("export default { name: 'x', version: '1.0.0' ]", 1, "] closes nothing"),
    "too many": ("export default { name: 'x', version: '1.0.0' } }", 1, "} closes nothing"),
    "a slash nobody can tell": ("if (a) /'/.test(b);\nc = { name: 'x', version: '1.0.0' }", 1, "slash"),
    "an escaped name": ("export default { name: 'x', \\u0076ersion: '1.0.0' }", 1, "does not belong here"),
}  # fmt: skip


@pytest.mark.parametrize("shape", list(REFUSED))
def test_what_cannot_be_edited_safely_is_refused_with_what_stands_there_and_its_line(shape):
    text, line, says = REFUSED[shape]

    with pytest.raises(UnreadableError) as caught:
        raise_version(text, Part.PATCH)

    assert says in caught.value.what
    assert caught.value.line == line
    assert str(caught.value) == (f"line {line}: {caught.value.what}" if line else caught.value.what)
    with pytest.raises(UnreadableError):
        read(text)


def test_a_comment_that_ends_where_javascript_ends_lines_hides_no_version():
    text = "export default { name: 'x', // \u2028 version: '1.4.9'\n}"
    assert raise_version(text, Part.PATCH)[0] == text.replace("1.4.9", "1.4.10")


@pytest.mark.parametrize(
    ("part", "new"), [(Part.PATCH, "1.9.10"), (Part.MINOR, "1.10.0"), (Part.MAJOR, "2.0.0")]
)
def test_what_stands_right_of_the_part_that_rises_begins_again(part, new):
    assert next_version("1.9.9", part) == new


@pytest.mark.parametrize("old", ["", "1", "1.2", "1.2.3.4", "1.2.x", "v1.2.3", "1.2.3\n", "1.2.1000000000"])
def test_what_is_not_three_numbers_has_no_next(old):
    with pytest.raises(UnreadableError, match="three numbers"):
        next_version(old, Part.PATCH)


@pytest.mark.parametrize(
    ("runtime", "found", "whole"),
    [
        ("runtimeVersion: '42'", ("42", None), "42"),
        ("runtimeVersion: { policy: 'appVersion' }", (None, "appVersion"), "1.4.0"),
        ("runtimeVersion: { 'policy': \"fingerprint\", }", (None, "fingerprint"), "3f9a"),
        ("runtimeVersion: { policy: 'nativeVersion' }", (None, "nativeVersion"), ""),
        ("runtimeVersion: RUNTIME", (None, None), ""),
        ("runtimeVersion: `42`", (None, None), ""),
        ("runtimeVersion: { policy: pick() }", (None, None), ""),
        ("runtimeVersion: '42', ios: { runtimeVersion: '43' }", (None, None), ""),
        ("runtimeVersion: '42', f: x(c.runtimeVersion = '43')", (None, None), ""),
        ("extra: { runtimeVersion: '42' }", (None, None), ""),
        ("// runtimeVersion: '42'\n", (None, None), ""),
    ],
)
def test_the_runtime_is_read_where_it_stands_plainly(runtime, found, whole):
    config = read(f"export default {{ name: 'x', version: '1.4.0', {runtime} }}")
    assert config == AppConfig("1.4.0", *found)
    assert config.runtime_of("3f9a") == whole


def test_a_config_that_differs_in_its_version_alone_has_not_changed_besides():
    raised = raise_version(COMMON, Part.MAJOR)[0]
    assert not changed_besides_version(COMMON, raised)
    assert changed_besides_version(COMMON, raised.replace("app.pawlogic", "app.other"))
    assert changed_besides_version(COMMON, "export default load()")
    assert not changed_besides_version("export default load()", "export default load()")


noise = st.sampled_from(
    [
        "// version: '1.0.0'\n",
        "/* version: '1.0.0', */",
        '/** it\'s "quoted" `here` */',
        "\n",
        "  ",
        "\r\n",
        "\t",
    ]
)
inner = st.sampled_from(
    [
        "'it\\'s version: \"1.0.0\"'",
        "\"version: '1.0.0'\"",
        "`version: '1.0.0' ${a ? `version: '2.0.0'` : {version: '3.0.0'}} it's`",
        "[{ version: '1.0.0' }]",
        "{ version: '1.0.0' }",
        "f({ version: '1.0.0' })",
        "/['\"`{]version: '1.0.0'[/]/g",
        "a / b / c",
        "() => { return { version: '1.0.0' } }",
        "x => ({ version: '1.0.0' })",
        "[...a, 'version']",
    ]
)
numbers = st.tuples(*[st.integers(0, 999)] * 3).map(lambda found: ".".join(map(str, found)))
entries = st.lists(
    st.tuples(st.sampled_from(["name", "extra", "'a-b'", "plugins", "hooks"]), inner, noise), max_size=5
)


@given(entries, entries, numbers, noise, noise, st.sampled_from("'\""), st.sampled_from(list(Part)))
def test_whatever_stands_around_only_the_digits_change(before, after, version, one, two, quote, part):
    def written(some):
        return "".join(f"{filling}{key}: {value},{filling}" for key, value, filling in some)

    head = f"{one}export default {{ slug: 'x',{written(before)}version{two}:{one}{quote}"
    tail = f"{quote}{two},{written(after)}}};{one}"

    raised, old, new = raise_version(head + version + tail, part)

    assert raised == head + new + tail
    assert (old, new) == (version, next_version(version, part))


@given(st.text(alphabet="version:'\"`{}()[],./*$\\ \n1x=>?", max_size=60))
def test_any_text_is_read_or_refused_and_an_edit_changes_one_string(text):
    try:
        raised, old, new = raise_version(text, Part.PATCH)
    except UnreadableError:
        return
    assert text.count(old) >= 1
    at = next(at for at in range(len(text)) if text[:at] + new + text[at + len(old) :] == raised)
    assert text[at - 1] in "'\""


configs = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=8)),
    lambda some: st.one_of(
        st.lists(some, max_size=3),
        st.dictionaries(st.sampled_from(["version", "name", "a", "expo", "//"]), some, max_size=3),
    ),
    max_leaves=8,
)


@given(configs, numbers, st.booleans(), st.sampled_from([None, 2]))
def test_of_an_app_json_only_the_version_of_expo_changes(other, version, ascii_only, indent):
    before = {"expo": {"slug": "x", "extra": other, "version": version, "hooks": [other]}}
    text = json.dumps(before, ensure_ascii=ascii_only, indent=indent)

    raised, _, new = raise_version(text, Part.MINOR)

    after = json.loads(raised)
    assert after["expo"].pop("version") == new
    before["expo"].pop("version")
    assert after == before
