// A picture file that was pasted or dropped: shown on the square and read, until it is saved or something is drawn.

import { byId, element } from "../../web/elements.js";
import { dataUrl } from "../../web/picture.js";
import { t } from "../../web/words.js";
import * as api from "./api.js";
import { pictureOutcome } from "./picture-outcome.js";

/** @import { ReadResponse } from "./responses.js" */

export class PictureFile {
  /** @type {File | null} */
  file = null;
  #image = Object.assign(element("img", ""), { id: "given", alt: t("The picture that is read"), hidden: true });

  /** @param {{onResponse: (response: ReadResponse, outcome: ReturnType<typeof pictureOutcome>) => void, onError: (error: unknown) => void}} handlers */
  constructor(handlers) {
    this.handlers = handlers;
    byId("sheet").after(this.#image);
  }

  /** @param {File} file */
  async open(file) {
    this.close();
    this.file = file;
    this.#show(file);
    try {
      const response = await api.readPicture(file);
      if (this.file === file) this.handlers.onResponse(response, pictureOutcome(response));
    } catch (error) {
      if (this.file !== file) return;
      this.close();
      this.handlers.onError(error);
    }
  }

  /**
   * Saves it and returns the sample; where the server refuses it, it stays open.
   * @param {File} file - the open one
   * @param {string} label
   */
  async save(file, label) {
    const { samples: [sample], refused: [refusal] } = await api.addFile(file, label, file.name || t("the picture"));
    if (!sample) throw new api.Refused(refusal, 422);
    if (this.file === file) this.close();
    return sample;
  }

  close() {
    this.file = null;
    this.#image.hidden = true;
    this.#image.removeAttribute("src");
  }

  /** @param {File} file */
  async #show(file) {
    this.#image.onerror = () => { this.#image.hidden = true; }; // a format that only the server can read
    const url = await dataUrl(file).catch(() => ""); // the page's policy allows no other kind of URL
    if (!url || this.file !== file) return;
    this.#image.src = url;
    this.#image.hidden = false;
  }
}
