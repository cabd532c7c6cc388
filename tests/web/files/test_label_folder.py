"""The folders of labels in a browser, against Python's rule."""

from node import call

from charnet.letters import naming

NAMES = """(modules, labels) => {
  const { toFolder, fromFolder } = modules["files/label-folder.js"];
  return labels.map((label) => [toFolder(label), fromFolder(toFolder(label)), fromFolder(label)]);
}"""


def test_folders_are_named_as_in_python():
    """All characters of a page's alphabets and words, and what file systems fold together or refuse."""
    plain = [chr(code) for code in range(32, 0x2000) if chr(code).isprintable()]
    words = ["con", "COM1", "nul.x", "ch", "Ch", "e\u0301", "..", "%41", "%4", "_x", "ﬁ", "日", "あ", "😀", "a b"]
    labels = [naming.names.normalise(label) for label in [*plain, *words]]
    found = call(("files/label-folder.js",), NAMES, labels)
    expected = [[naming.to_folder(label), label, naming.from_folder(label)] for label in labels]
    differing = [
        (label, ours, theirs) for label, ours, theirs in zip(labels, found, expected, strict=True) if ours != theirs
    ]
    assert differing == []
