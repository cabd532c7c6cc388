"""The languages of the page: which one is chosen, and that each has all of the page's words."""

import json
import re
from typing import Any

import page_words
import pytest
from drawing_page import Class, Client
from toolchain import need, run

from charnet.collector import languages

PACKAGE = languages.FOLDER.parents[2]
SOURCES = sorted((PACKAGE / "collector").rglob("*.py"))
WEB_FILES = page_words.web.FOLDER / "files"
SAID = [
    json.loads(text)
    for text in re.findall(r"said\((\"[^\n]*\")\)", page_words.code(page_words.web.FOLDER / "server-words.js"))
]
# How what begins that no user of the page meets, since the page never sends what is refused so.
FOR_PROGRAMS = (
    *("Content-Type is", "Idempotency-Key:", "a hidden unit is named", "count:", "hidden:", "init: there", "init: {}"),
    *(
        "ink:",
        "its path leads out",
        "label",
        "letters: free",
        "mode:",
        "name:",
        "nobody is called",
        "score and seconds",
    ),
    *("strokes: a ", "strokes: more", "strokes: nothing is drawn; send", "strokes: send", "strokes: {}", "the body "),
    *("the client hung up", "the network in use has no hidden unit", "the zip is refused", "this page has no server"),
    *("to:", "unknown key", "writer: not", "writer: {}", "{} already exists there", "{} is missing"),
    *("{} is not a number", "{} is not one of", "{} is not the name", "{}/{}: {}", "{}: send", "{}: {} is not"),
)
SECRET = "the secret is missing; open the whole address that collect.py printed, or scan its QR code again"
TERMINAL = {"config.py", "server.py"}  # in these a start is refused
VALUE = re.compile(r"\{(\w+)\}")
USED = page_words.used()
SENTENCE = re.compile(r"^[\"`][A-Z][a-z]+ [a-z]|[a-z]{2}[.!?]\W?[\"`]$|^[\"`][a-z]+(?: [a-z]+){3,}")
# Strings of other kinds: commands, classes and selectors, and what the server says.
OTHERS = ('"python collect.py host=0.0.0.0"', '"in use now"', '"; charnet use "', '"more than one shape"')


def words(function: str, brought: object = None, *values: object, languages: list[str] | None = None) -> Any:
    """The value of a function of words.js and format.js in a browser to which a page brings these words."""
    need("node")
    addresses = [(page_words.web.FOLDER / name).as_uri() for name in ("words.js", "format.js")]
    source = f"""
      const [brought, languages, values] = {json.dumps([json.dumps(brought or {}), languages or [], values])};
      globalThis.document = {{ getElementById: (id) => (id === "words" ? {{ textContent: brought }} : null) }};
      Object.defineProperty(globalThis, "navigator", {{ value: {{ languages }} }});
      const [words, format] = await Promise.all({json.dumps(addresses)}.map((address) => import(address)));
      console.log(JSON.stringify(({function})({{ ...words, ...format }}, ...values)));
    """
    return json.loads(run("node", "--input-type=module", "--eval", source))


@pytest.mark.parametrize("language", languages.OFFERED)
def test_a_language_has_every_text_of_the_page_with_its_values_and_no_other(language: str) -> None:
    stored = page_words.stored(language)
    assert set(USED) - set(stored) == set(), "not translated; add them to the file"
    assert set(stored) - set(USED) == set(), "no longer used; remove them from the file"
    for key, english in USED.items():
        text = stored[key]
        assert isinstance(text, dict) == isinstance(english, dict), key
        if isinstance(text, dict):
            assert {"one", "other"} <= set(text), key
        for form in text.values() if isinstance(text, dict) else [text]:
            assert set(VALUE.findall(form)) - {"n"} == set(VALUE.findall(key)) - {"n"}, key
            assert form.strip() == form and form
    if language == languages.ENGLISH:
        assert stored == USED


def test_the_page_names_each_language_that_has_a_file() -> None:
    assert sorted(words("(m) => Object.keys(m.LANGUAGES)")) == languages.OFFERED


def test_every_sentence_of_the_page_can_be_translated() -> None:
    for path in page_words.scripts():
        source = page_words.code(path)
        calls = page_words.ONE.findall(source) + page_words.MANY.findall(source)
        if path.name not in ("words.js", "server-words.js"):
            assert len(page_words.CALL.findall(source)) == len(calls), f"{path.name}: a text is no string"
        if page_words.STATIC not in path.parents or path.parent.name == "offline":  # which answers as a server does
            continue
        rest = page_words.MANY.sub("", page_words.ONE.sub("", source))
        strings = re.findall(r"\"(?:[^\"\\\n]|\\.)*\"|`[^`]*`", rest)
        assert [text for text in strings if SENTENCE.search(text) and text not in OTHERS] == [], path.name


def test_what_the_page_translates_of_the_server_is_what_the_server_says() -> None:
    sources = [*PACKAGE.rglob("*.py"), *page_words.STATIC.joinpath("offline").glob("*.js"), *WEB_FILES.glob("*.js")]
    code = re.sub(r"\"\s*f?\"", "", "\n".join(path.read_text("utf-8") for path in sources))
    for text in SAID:
        for part in VALUE.split(text)[::2]:
            assert part.strip(" .") in code, text


def test_what_refuses_a_request_is_translated_or_only_a_program_meets_it() -> None:
    found = {text for path in SOURCES if path.name not in TERMINAL for text in page_words.refusals(path)}
    for path in page_words.STATIC.joinpath("offline").glob("*.js"):
        texts = re.findall(r"new Refusal\((\"[^\"]*\"|`[^`]*`)", path.read_text("utf-8"))
        found |= {re.sub(r"\$\{[^}]*\}", "{}", text[1:-1]) for text in texts}
    assert len(found) > 80
    patterns = [".+".join(map(re.escape, VALUE.split(text)[::2])) for text in SAID]
    said = {text for text in found if any(re.fullmatch(pattern, text) for pattern in patterns)}
    unknown = {text for text in found - said if not text.startswith(FOR_PROGRAMS)}
    assert unknown == set(), "say it in server-words.js, or here if no user of the page can meet it"


@pytest.mark.parametrize(
    ("query", "cookie", "accepted", "chosen"),
    [
        ("", "", "", "en"),
        ("", "", "de-AT,en;q=0.5", "de"),
        ("", "", "en;q=0.5, fr;q=0.9", "fr"),
        ("", "", "pt-BR", "pt"),
        ("", "", "zh-Hant-x-de, *, ja;q=0.1", "en"),
        ("", "", "de;q=0, hi", "hi"),
        ("", "", "de;q=many, es", "es"),
        ("", "es", "de", "es"),
        ("", "../../x", "de", "de"),
        ("?lang=fr", "es", "de", "fr"),
        ("?lang=pseudo", "es", "de", "pseudo"),
    ],
)
def test_the_language_is_what_was_chosen_or_what_the_browser_accepts(
    client: Client, query: str, cookie: str, accepted: str, chosen: str
) -> None:
    headers = {"Accept-Language": accepted, **({"Cookie": f"{languages.COOKIE}={cookie}"} if cookie else {})}
    for address in ("/", "/wall"):
        text = client().get(f"{address}{query}", headers=headers).text
        assert f'<html lang="{"en" if chosen == "pseudo" else chosen}">' in text
        found = re.search(r'<script type="application/json" id="words">(.*)</script>', text)
        assert (found is None) == (chosen == "en")
        if found and chosen != "pseudo":
            assert json.loads(found[1]) == {chosen: page_words.stored(chosen)}


def test_a_page_that_can_not_be_opened_says_so_in_the_language(classroom: Class) -> None:
    headers = {"Accept": "text/html", "Accept-Language": "de-AT"}
    answer = classroom().stranger().get("/", headers=headers)
    assert answer.status_code == 403 and '<html lang="de">' in answer.text
    german = page_words.stored("de")
    for text in ("This page can't be opened", SECRET):
        assert str(german[text])[1:] in answer.text


def test_texts_numbers_and_plurals_follow_the_language() -> None:
    said = """(m) => [
      m.language, m.t("Undo"), m.t("{count} each", { count: 1234.5 }), m.tn(1, "{n} drawing", "{n} drawings"),
      m.tn(1200, "{n} drawing", "{n} drawings"), m.number(0.5, 2), m.percent(0.891), m.formatSigned(-1234),
      m.tNodes("Draw {letter}", { letter: "q" }),
    ]"""
    assert words(said) == [
        "en",
        "Undo",
        "1,235 each",
        "1 drawing",
        "1,200 drawings",
        "0.50",
        "89 %",
        "\N{MINUS SIGN}12.34",
        ["Draw ", "q"],
    ]
    german = {
        "Undo": "Zurück",
        "{n} drawings": {"one": "{n} Zeichnung", "other": "{n} Zeichnungen"},
        "Draw {letter}": "{letter} malen",
    }
    assert words(said, {"de": german}) == [
        "de",
        "Zurück",
        "1.235 each",
        "1 Zeichnung",
        "1.200 Zeichnungen",
        "0,50",
        "89\N{NO-BREAK SPACE}%",
        "\N{MINUS SIGN}12,34",
        ["q", " malen"],
    ]


def test_a_page_that_brings_all_languages_chooses_as_a_server_would() -> None:
    everything = {"de": {"Undo": "Zurück"}, "pt": {"Undo": "Desfazer"}}
    chosen = "(m) => m.t('Undo')"
    assert words(chosen, everything, languages=["ja", "pt-BR", "de"]) == "Desfazer"
    assert words(chosen, everything, languages=["en-GB", "de"]) == words(chosen, everything) == "Undo"
    for given in (["de-AT"], ["zh-Hant-x-de"], ["x"], ["HI-in", "es"], ["a-b-fr", "pt-PT"]):
        looked_up = words("(m, wanted, offered) => m.lookUp(wanted, offered)", None, given, languages.OFFERED)
        assert looked_up == languages.look_up(given), given


def test_the_pseudo_language_is_a_third_longer_and_keeps_what_is_put_in() -> None:
    said = words(
        "(m) => [m.t('Saved: {drawing}.', { drawing: 'e, 1' }), m.tNodes('Draw {letter}', { letter: 'q' })]",
        {"pseudo": {}},
    )
    assert said == ["[Šávédéd: e, 1.]", ["[Dráwáw ]", "q"]]
