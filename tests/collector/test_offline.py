"""What answers the page's requests where there is no server, in Node.js: as a server answers the same requests."""

import json
from pathlib import Path
from typing import Any

import node
import pytest
from drawing_page import INK, Client, network_that_reads

from charnet.collector import take_home
from charnet.collector.training import MissingDrawings
from charnet.collector.training_status import TrainingStatus
from charnet.networks import json_file
from charnet.spec import Spec
from charnet.training import page

OFFLINE = ("home", "home-routes", "page-file", "training-status", "training-job")
MODULES = (*(f"../collector/static/offline/{name}.js" for name in OFFLINE), "browser-store.js")
HOME = """
const [{ Home }, { answer }, { PageFile }, status, { jobOf }, { BrowserStore }] = Object.values(modules);
const visit = async (source) => {
  const store = await BrowserStore.open(); // Node.js has no database: all lasts as long as the store
  const home = new Home(new PageFile(source), store, { startWorker: () => null, pictureUrl: () => "" });
  await home.begin();
  return home;
};
"""
# Each request's method, path and body; {n} stands for the name in the nth answer.
ASK = """
const home = await visit(source);
const found = [];
for (const [method, path, body] of requests) {
  const address = path.replace(/{(\\d+)}/, (_, number) => found[number][1].name);
  const response = await answer(home, address, { method, ...(body && { body: JSON.stringify(body) }) });
  const [ok, content] = [response.status < 300, await response.json()];
  found.push([ok ? 200 : response.status, content]);
}
return found;
"""
LETTER = {"strokes": INK, "writer": ""}
OTHER = [[[0.3, 0.2, 0, 0.5], [0.3, 0.8, 20, 0.5], [0.7, 0.8, 40, 0.5]]]  # an L
ZED = [[[0.2, 0.2, 0, 0.5], [0.8, 0.2, 20, 0.5], [0.2, 0.8, 40, 0.5], [0.8, 0.8, 60, 0.5]]]
APART = [[[x, y, 0, 0.5] for y in (0.3, 0.5, 0.7)] for x in (0.1, 0.2, 0.9)]  # "ll l"
REQUESTS: list[tuple[str, str, Any]] = [
    ("GET", "/api/state", None),
    ("POST", "/api/plan", {"mode": "draw", "letters": ["t", "l"], "count": 2, "writer": "Anna"}),
    ("POST", "/api/samples", LETTER | {"label": "t", "writer": "Anna"}),
    ("POST", "/api/samples", {"label": "l", "strokes": OTHER, "writer": "Anna"}),
    ("GET", "/api/state?writer=Anna", None),
    ("POST", "/api/samples", LETTER | {"label": "l", "only_if_read": True}),
    ("POST", "/api/analyze", LETTER | {"label": "t", "writer": "Anna"}),
    ("POST", "/api/analyze", {"label": "z", "strokes": ZED, "writer": ""}),
    ("POST", "/api/read", {"strokes": OTHER, "nearest": True, "word": False}),
    ("POST", "/api/read", {"strokes": APART, "nearest": False, "word": True}),
    ("POST", "/api/read", {"strokes": INK, "nearest": False, "word": True}),
    ("GET", "/api/samples?limit=2", None),
    ("GET", "/api/samples?label=t&writer=Anna", None),
    ("POST", "/api/samples/t/{2}/move", {"to": "l"}),
    ("DELETE", "/api/samples/l/{13}", None),
    ("GET", "/api/state?writer=Anna", None),
    ("POST", "/api/samples/l/{13}/restore", {}),
    ("GET", "/api/state?writer=Anna", None),
    ("GET", "/api/example?label=a", None),
    ("GET", "/api/network", None),
    ("POST", "/api/labels", {"labels": "tlz0"}),
    ("GET", "/api/state", None),
    ("POST", "/api/plan", {"mode": "free", "writer": "Anna"}),
    ("GET", "/api/train", None),
    ("GET", "/api/train/sizes", None),
    ("POST", "/api/train", {"without": ["t", "l", "z"]}),
    ("POST", "/api/samples", LETTER | {"label": "ä"}),
    ("POST", "/api/samples", {"label": "t", "strokes": [], "writer": ""}),
    ("POST", "/api/read", {"strokes": [[[9, 9, 0, 0.5]]]}),
    ("DELETE", "/api/samples/t/nobody-7", None),
    ("POST", "/api/samples/t/nobody-7/restore", {}),
    ("POST", "/api/plan", {"mode": "draw", "letters": []}),
    ("GET", "/api/export?to=pdf", None),
    ("GET", "/api/nothing", None),
    ("POST", "/api/labels", {"labels": "constructor b"}),
    ("POST", "/api/samples", LETTER | {"label": "constructor"}),
    ("GET", "/api/state", None),
    ("GET", "/api/example?label=constructor", None),
    ("POST", "/api/labels", {"labels": "b thisisasentenceandnoletter"}),
    ("POST", "/api/labels", {"labels": "b a\a"}),
]
# What the two name in their own ways, or only one of them has.
OWN = {"name", "path", "address", "picture", "folder", "next", "version", "network", "you", "error", "warm"}


def ask(network: json_file.Network | None, spec: Spec, requests: object, letters: Path) -> list[Any]:
    source = take_home.page(network, "mine", spec, letters)
    return node.call(MODULES, f"async (modules, source, requests) => {{ {HOME} {ASK} }}", source, requests)


def test_a_page_without_a_server_answers_as_a_server_does(client: Client, tmp_path: Path) -> None:
    server = client(reads="t")
    weights = json_file.read(tmp_path / "weights.json")
    found = ask(weights, Spec(), REQUESTS, tmp_path / "letters")
    answers: list[Any] = []
    for method, path, body in REQUESTS:
        for number, (_, content) in enumerate(answers):
            path = path.replace(f"{{{number}}}", str(content.get("name")))
        answer = server.request(method, path, json=body)
        answers.append((200 if answer.status_code < 300 else answer.status_code, answer.json()))
    words = [content["word"]["text"] for _, content in found if content.get("word")]
    assert words == ["tt t"]
    for request, (status, content), (expected_status, expected) in zip(REQUESTS, found, answers, strict=True):
        assert status == expected_status, (request, content, expected)
        same(content, expected, str(request))
        assert status == 200 or content["error"].count(" ") >= 3


def same(found: Any, expected: Any, where: str) -> None:
    if isinstance(expected, dict):
        for key in expected.keys() - OWN:
            assert key in found, f"{where}: {key} is missing"
            same(found[key], expected[key], f"{where} {key}")
    elif isinstance(expected, list):
        assert len(found) == len(expected), where
        for one, other in zip(found, expected, strict=True):
            same(one, other, where)
    elif isinstance(expected, float):
        assert found == pytest.approx(expected, abs=2e-3 if "ink" in where else 1e-4), where
    else:
        assert found == expected, where


def test_a_training_is_told_as_the_server_tells_it() -> None:
    points = [
        {"epoch": epoch, "epochs": 3, "loss": 2.5 / epoch, "train_accuracy": 0.3 * epoch, "train_loss": 2 / epoch}
        | {"validation_accuracy": 0.2 * epoch, "validation_loss": loss}
        for epoch, loss in ((1, 2.0), (2, 1.5), (3, 1.75))
    ]
    result = {"accuracy": 0.8, "former": 0.7, "former_name": "old", "held": 25, "best_epoch": 2, "folder": "Network 2"}
    result |= {"number": 2, "in_use": True, "reason": ""}
    for former, from_network in ((0.7, False), (None, True), (None, False)):
        expected = TrainingStatus("running", epochs=3, from_network=from_network, former="old", former_number=1)
        for point in points:
            expected.update(point)
        expected.update({"result": result | {"former": former}})
        found = node.call(
            MODULES,
            f"""(modules, points, result, fromNetwork) => {{ {HOME}
              const found = new status.TrainingStatus({{ epochs: 3, fromNetwork, former: "old", formerNumber: 1 }});
              found.state = "running";
              for (const {{ train_accuracy, train_loss, ...point }} of points) {{
                found.add({{ ...point, undistorted_accuracy: train_accuracy, undistorted_loss: train_loss }});
              }}
              found.end("done", {{ result }});
              return {{ ...found.toJSON(), seconds: 0 }};
            }}""",
            points,
            result | {"former": former},
            from_network,
        )
        same(found, expected.to_dict() | {"seconds": 0}, "status")


def test_a_training_that_cannot_run_or_be_kept_has_failed_in_a_sentence(tmp_path: Path) -> None:
    letters = Path(take_home.__file__).parents[2] / "data" / "letters"
    found = node.call(
        MODULES,
        f"""async (modules, source) => {{ {HOME}
          const ended = async (startWorker) => {{
            const home = await visit(source);
            home.trainer.startWorker = startWorker;
            await answer(home, "/api/train", {{ method: "POST", body: "{{}}" }});
            await new Promise((resolve) => {{ setTimeout(resolve, 100); }});
            return home.trainer.status;
          }};
          const told = (type, event) => () => Object.assign(new EventTarget(), {{
            postMessage() {{ this.dispatchEvent(Object.assign(new Event(type), event)); }}, terminate() {{}},
          }});
          return [await ended(() => {{ throw new Error("no Worker"); }}), await ended(told("error", {{}})),
            await ended(told("message", {{ data: {{ result: {{ heldOut: [] }} }} }}))];
        }}""",
        take_home.page(None, "", Spec(), letters),
    )
    assert [status["state"] for status in found] == ["failed"] * 3
    assert [status["error"] for status in found[:2]] == ["this browser let no training run; try another browser"] * 2
    assert found[2]["error"]


def test_labels_that_another_tab_chose_are_those_of_this_one(tmp_path: Path) -> None:
    found = node.call(
        MODULES,
        f"""async (modules, source) => {{ {HOME}
          const home = await visit(source);
          home.store.settings.set("labels", ["k", "l"]); // as the store reads it when another tab has told of a change
          return home.state("").counts;
        }}""",
        take_home.page(None, "", Spec(), tmp_path),
    )
    assert found == {"k": 0, "l": 0}


def test_what_comes_with_the_page_and_its_network_are_packed_as_python_packs_them(tmp_path: Path) -> None:
    network = network_that_reads("l", spread=0.7)
    found = node.call(
        MODULES,
        f"""async (modules, source) => {{ {HOME}
          const page = new PageFile(source);
          const {{ network }} = page.network;
          const again = new PageFile(page.with({{ ...page.network, name: "</script>" }}, ["a", "<b>"]));
          const same = again.network.network.inputWeights.every((weight, i) => weight === network.inputWeights[i]);
          const snapshot = status.packedSnapshot(7, network);
          return {{ network, again: again.network.name, labels: again.content.spec.labels, same, snapshot,
            apart: page.content.page !== again.content.page, together: page.content.store === again.content.store }};
        }}""",
        take_home.page(network, "mine", Spec(), tmp_path),
    )
    weights = found["network"]
    for key, values in {
        "inputWeights": network.hidden_weight,
        "outputWeights": network.output_weight,
        "hiddenBias": network.hidden_bias,
        "outputBias": network.output_bias,
    }.items():
        assert weights[key] == pytest.approx(values.ravel().tolist(), rel=1e-6)
    assert (found["again"], found["labels"], found["same"]) == ("</script>", ["a", "<b>"], True)
    assert found["apart"] and found["together"]
    same(found["snapshot"], json.loads(json.dumps(page.packed(network))) | {"epoch": 7}, "snapshot")


def test_starter_letters_come_along_framed_and_in_order() -> None:
    spec = Spec(("e", "q", "w"))
    letters = Path(take_home.__file__).parents[2] / "data" / "letters"
    expected = take_home.starters(letters, spec)
    assert {label: len(pictures) for label, pictures in expected.items()} == {"e": 20, "q": 20, "w": 20}
    requests = [
        ("GET", "/api/state", None),
        ("GET", "/api/samples?label=q", None),
        ("GET", "/api/example?label=q", None),
    ]
    (_, state), (_, listed), (_, example) = ask(None, spec, requests, letters)
    assert (state["counts"], state["own"]) == ({"e": 20, "q": 20, "w": 20}, {"e": 0, "q": 0, "w": 0})
    assert (state["network"], listed["total"], listed["samples"][0]["read"]) == (None, 20, None)
    assert len(example["strokes"]) >= 1 and state["notice"].startswith("There is no ranking")
    source = take_home.page(None, "", spec, letters)
    pictures = node.call(
        MODULES,
        f"async (modules, source) => {{ {HOME} return [...(await visit(source)).store.drawings.values()] }}",
        source,
    )
    assert [each["picture"] for each in pictures] == [
        picture.ravel().tolist() for label in spec.labels for picture in expected[label]
    ]


def test_a_training_is_asked_for_as_on_a_server_and_refused_in_a_sentence(tmp_path: Path) -> None:
    job = f"""async (modules, source, drawings, settings) => {{ {HOME}
      const home = await visit(source);
      for (const [label, writer, count] of drawings) {{
        const drawing = {{ label, writer, strokes: null, picture: new Uint8Array(160).fill(writer.length) }};
        await home.store.addDrawings(Array(count).fill(drawing));
      }}
      try {{
        const {{ job, used, writer }} = jobOf(settings, home.drawings, home.networks);
        const {{ targets, pictures }} = job.letters;
        return {{ ...job, letters: targets, size: pictures.length, used: used.length, writer }};
      }} catch ({{ message, more }}) {{
        return [message, more];
      }}
    }}"""
    source = take_home.page(network_that_reads("l", Spec(("l", "o", "z"))), "", Spec(("l", "o", "z")), tmp_path)

    def ask(drawings: list[tuple[str, str, int]], **settings: Any) -> Any:
        return node.call(MODULES, job, source, drawings, settings)

    some = [("l", "Anna", 2), ("o", "Ben", 5), ("o", "", 3)]
    found = ask(some, hidden=7, epochs=30, per_label=4, distort=False, seed=3)
    assert (found["letters"], found["size"], found["used"]) == ([0] * 2 + [1] * 8, 1600, 10)
    assert found["spec"]["labels"] == ["l", "o"], "of z nothing is drawn"
    assert (found["config"]["hidden"], found["config"]["epochs"], found["config"]["seed"]) == (7, 30, 3)
    assert (found["perLabel"], found["config"]["augment"]["bend"], found["heldOut"]) == (4, 0, 0.2)
    assert ask(some, by_writer=True)["heldOut"] == "Anna", "two of ten are the fifth that is wanted"
    assert ask([*some, ("z", "", 1)], init="current")["config"]["hidden"] == 8
    assert ask([*some, ("z", "", 1)], without=["l"])["spec"]["labels"] == ["o", "z"]
    for refused, sentence in (
        (ask([]), "no drawings yet"),
        (ask([("l", "", 1), ("o", "", 1)]), "only one drawing of each letter"),
        (ask([("l", "", 3)], by_writer=True), "all drawings are by one writer"),
        (ask(some, init="current"), "init: the network in use reads l o z, the drawings are of l o"),
    ):
        assert refused[0].startswith(sentence)
    alphabet = take_home.page(None, "", Spec(), tmp_path)
    drawn = [(label, "", 2) for label in Spec().labels if label not in "qx"]
    refused = node.call(MODULES, job, alphabet, drawn, {})
    assert refused == [MissingDrawings(["q", "x"]).args[0], {"lacking": ["q", "x"]}]
