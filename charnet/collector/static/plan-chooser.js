// What the user chooses to do: the mode, the letters and their number, or an alphabet.

import { setStatus } from "../../web/elements.js";
import { t } from "../../web/words.js";
import * as api from "./api.js";

/** @import { PageState } from "./page-state.js" */
/** @import { Reader } from "./reader.js" */
/** @import { Mode } from "./responses.js" */
/** @import { Saver } from "./saver.js" */

export class PlanChooser {
  /**
   * @param {PageState} page
   * @param {{saver: Saver, reader: Reader, onChosen: () => void}} parts - `onChosen` is called in any case, also when refused
   */
  constructor(page, { saver, reader, onChosen }) {
    this.page = page;
    this.saver = saver;
    this.reader = reader;
    this.onChosen = onChosen;
  }

  /** @type {(mode: Mode, letters: string[], count: number) => Promise<void>} */
  async choose(mode, letters, count) {
    const { page } = this;
    const { game } = page;
    try {
      if (mode === "game") game.start(page.readableLabels);
      else game.stop();
      if (mode !== "game") await api.plan(mode, letters, count);
      if (game.playing || page.pad.empty) this.saver.clear(); // also what was read last
      if (mode === "game" && !game.playing) setStatus(t("There is no network to play with. Train one first."));
      page.promptedLabel = null;
      await page.connection.refresh();
      page.promptedLabel = page.plan?.label ?? null;
      if (!page.pad.empty) this.reader.read(); // what is a word in free play is one letter elsewhere
    } catch (error) {
      page.connection.handleError(error);
    }
    this.onChosen();
  }

  /** @param {string} text - characters, or words with spaces between */
  async chooseAlphabet(text) {
    const { plan, connection } = this.page;
    try {
      const { labels } = await api.setLabels(text);
      if (plan && (plan.mode === "draw" || plan.mode === "analyze")) {
        const each = plan.total === null ? 0 : Math.round(plan.total / plan.letters.length);
        return await this.choose(plan.mode, labels, each);
      }
      await connection.refresh();
    } catch (error) {
      connection.handleError(error);
      this.onChosen();
    }
    return undefined;
  }
}
