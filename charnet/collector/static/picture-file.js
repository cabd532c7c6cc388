// A picture file that was pasted or dropped: shown on the square and read, until it is saved or something is drawn.

import { byId, element, setStatus } from "../../web/elements.js";
import { dataUrl } from "../../web/picture.js";
import { t } from "../../web/words.js";
import * as api from "./api.js";
import { emit } from "./events.js";
import { showHandwriting } from "./handwriting.js";
import { pictureOutcome } from "./picture-outcome.js";
import { inShort, isText, textOutcome, unreadText } from "./text-outcome.js";

/** @import { Outcome } from "./picture-outcome.js" */
/** @import { ReadResponse } from "./responses.js" */
/** @import { TextResponse } from "./text-outcome.js" */

export class PictureFile {
  /** @type {File | null} */
  file = null;
  #image = Object.assign(element("img", ""), { id: "given", alt: t("The picture that is read"), hidden: true });

  /** @param {{onResponse: (response: ReadResponse, outcome: Outcome) => void, onError: (error: unknown) => void}} handlers */
  constructor(handlers) {
    this.handlers = handlers;
    byId("sheet").after(this.#image);
    showHandwriting();
  }

  /** @param {File} file */
  async open(file) {
    this.close();
    this.file = file;
    this.#show(file);
    try {
      const response = await api.readPicture(file);
      const text = response.several && this.file === file ? await readText(file) : null;
      if (this.file !== file) return;
      if (!text || (isText(text) && [...text.text].length < 2)) this.handlers.onResponse(response, pictureOutcome(response)); // it is one letter
      else {
        this.handlers.onResponse(response, isText(text) ? textOutcome(text) : unreadText(text.message));
        if (isText(text)) this.#showText(text);
      }
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
    emit("text", null);
    this.#image.hidden = true;
    this.#image.removeAttribute("src");
  }

  /** @param {TextResponse} text */
  #showText(text) {
    emit("text", text);
    emit("prediction", { ranking: [], doubt: "", word: inShort(text) });
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

/**
 * The lines of a picture of several letters, or why there are none.
 * @param {File} file
 * @returns {Promise<TextResponse | api.Refused>}
 */
async function readText(file) {
  setStatus(t("Several letters: reading the lines …"));
  try {
    return await api.readText(file);
  } catch (error) {
    if (error instanceof api.Refused) return error;
    throw error;
  }
}
