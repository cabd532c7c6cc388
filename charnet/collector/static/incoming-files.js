// Files that are dropped onto the page, or pasted: one picture is read, several files are added to the drawings.

import { setStatus } from "../../web/elements.js";
import { t } from "../../web/words.js";
import * as api from "./api.js";
import { listenForFiles } from "./file-drop.js";
import { may } from "./role.js";

/** @import { mountImportExportPanel } from "./import-export-panel.js" */
/** @import { PageState } from "./page-state.js" */

/**
 * @param {PageState} page
 * @param {ReturnType<typeof mountImportExportPanel>} panel
 * @param {() => void} beforePicture - clears the square
 * @param {() => void} onPicture - one is on the square
 */
export function takeFiles(page, panel, beforePicture, onPicture) {
  listenForFiles((files, target) => {
    const [{ file, path }] = files;
    const onPanel = target instanceof Node && panel.zone.contains(target);
    if (files.length > 1 && !may("manage")) return setStatus(t("Only the teacher adds files; open one picture to have it read."));
    const picture = !path.includes("/") && !api.isZip(file) && !api.isNetwork(file) && !onPanel;
    if (files.length > 1 || !picture) return void panel.addFiles(files);
    if (page.game.playing) return setStatus(t("In the game only drawings count."));
    beforePicture();
    page.picture.open(file);
    setStatus(t("Reading the picture …"));
    onPicture();
  });
}
