// The dialog with all keys, which are listed in the page's HTML.

import { byId } from "../../web/elements.js";
import { t } from "../../web/words.js";
import { makeDialog } from "./dialogs.js";

export function mountKeys() {
  const { body } = makeDialog("keys", t("Keys"), "F1");
  body.tabIndex = 0; // arrow keys scroll it
  body.append(byId("all-keys", HTMLTemplateElement).content);
}
