// A picture that was pasted or dropped: it lies on the square and is read, until it is kept or something is drawn.

import { element, part } from "../../web/elements.js";
import * as api from "./api.js";

export class Given {
  file = null;
  #image = Object.assign(element("img", ""), { id: "given", alt: "The picture that is read", hidden: true });

  // `onReading` is told what the network makes of it.
  constructor({ onReading, onError }) {
    Object.assign(this, { onReading, onError });
    part("sheet").after(this.#image);
  }

  async take(file) {
    this.drop();
    this.file = file;
    this.#show(file);
    try {
      const answer = await api.readPicture(file);
      if (this.file === file) this.onReading(answer);
    } catch (error) {
      if (this.file !== file) return;
      this.drop();
      this.onError(error);
    }
  }

  // -> what was kept, {label, name}; it lies there still where the program refused it.
  async keep(label) {
    const { file } = this;
    const { samples: [found], refused: [refused] } = await api.add(file, label, file.name || "the picture");
    if (!found) throw new api.Refused(refused);
    if (this.file === file) this.drop();
    return found;
  }

  drop() {
    this.file = null;
    this.#image.hidden = true;
    this.#image.removeAttribute("src");
  }

  #show(file) {
    const reader = new FileReader(); // a data: address, since the page allows no other
    reader.addEventListener("load", () => {
      if (this.file !== file) return;
      this.#image.src = reader.result;
      this.#image.hidden = false;
    });
    this.#image.onerror = () => { this.#image.hidden = true; }; // a kind that only the program knows
    reader.readAsDataURL(file);
  }
}
