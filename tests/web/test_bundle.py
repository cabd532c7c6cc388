from pathlib import Path

import pytest
from toolchain import need, run

from charnet import web
from charnet.exports import html
from charnet.web.bundle import bundle


def write(folder: Path, **modules: str) -> Path:
    for name, text in modules.items():
        (folder / f"{name}.js").write_text(text)
    return folder / "main.js"


def test_modules_run_once_in_the_order_in_which_they_are_needed(tmp_path: Path, browser) -> None:
    main = write(
        tmp_path,
        main='import { twice } from "./sums.js";\nimport { LOG, note } from "./log.js";\nnote(twice(4));\n'
        'globalThis.found = [...LOG, new (class { name = "main"; })().name];\n',
        sums='import { note } from "./log.js";\n\nconst hidden = 2;\nnote("sums");\n'
        "export function twice(x) {\n  return hidden * x;\n}\n",
        log='export const LOG = ["log"];\nconst hidden = LOG;\nexport const note = (text) => hidden.push(text);\n',
    )
    page = browser.new_page()
    page.set_content(f"<script type=module>{bundle(main)}</script>")
    assert page.evaluate("globalThis.found") == ["log", "sums", 8, "main"]  # each has a `hidden` of its own
    assert page.evaluate("typeof modules") == "undefined"
    page.close()


@pytest.mark.parametrize(
    "line", ['import all from "./log.js";', "export default 1;", "export { a };", "import './a.js';"]
)
def test_unsupported_forms_are_refused(tmp_path: Path, line: str) -> None:
    with pytest.raises(AssertionError, match=r"main\.js"):
        bundle(write(tmp_path, main=f"const a = 1;\n{line}\n", log=""))


def test_all_of_a_module_is_imported_under_a_name_or_it_only_runs(tmp_path: Path) -> None:
    main = write(
        tmp_path,
        main='import "./log.js";\nimport * as sums from "./sums.js";\nconsole.log(Object.keys(sums), sums.two());\n',
        log='console.log("log");\n',
        sums="export const two = () => 2;\nexport class Three {}\n",
    )
    need("node")
    assert run("node", "--eval", bundle(main)) == b"log\n[ 'two', 'Three' ] 2\n"


def test_two_modules_of_one_name_are_refused(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    write(tmp_path / "inner", log="export const a = 1;\n")
    main = write(tmp_path, main='import { a } from "./inner/log.js";\nimport { b } from "./log.js";\n', log="")
    with pytest.raises(AssertionError, match="second module"):
        bundle(main)


def test_modules_are_short_and_may_stand_in_a_page() -> None:
    for path in [*web.FOLDER.glob("*.js"), *html.PAGE.glob("*.js")]:
        text = path.read_text()
        assert text.count("\n") < 200, path
        assert "</script" not in text.lower() and "<!--" not in text, path
        assert bundle(path)
