// A picture file -> grey levels {data, width, height}, 0 black to 255 white, as charnet/pictures/images.py has them: upright
// as its EXIF data say, alpha put on white.

const MOST = 16_000_000; // pixels; what is larger is made smaller, for some browsers hold no larger canvas

export async function greyOf(file) {
  const image = await open(file);
  const scale = Math.min(1, Math.sqrt(MOST / (image.naturalWidth * image.naturalHeight)));
  const [width, height] = [image.naturalWidth, image.naturalHeight].map((side) => Math.max(1, Math.round(side * scale)));
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, height];
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.fillStyle = "white";
  pen.fillRect(0, 0, width, height);
  pen.drawImage(image, 0, 0, width, height);
  const { data: colours } = pen.getImageData(0, 0, width, height);
  const data = new Uint8Array(width * height);
  for (let i = 0; i < data.length; i += 1) {
    const [red, green, blue] = [colours[4 * i], colours[4 * i + 1], colours[4 * i + 2]];
    data[i] = (19595 * red + 38470 * green + 7471 * blue + 32768) >> 16; // as Pillow weighs them
  }
  return { data, width, height, address: image.src };
}

// By way of a data: address, since a page that was opened as a file may not read what other addresses show.
async function open(file) {
  const image = new Image();
  image.src = await new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(reader.result));
    reader.addEventListener("error", () => reject(reader.error));
    reader.readAsDataURL(file);
  });
  await image.decode();
  if (!image.naturalWidth) throw new Error("it has no size of its own");
  return image;
}

// Framed ink -> the address of its picture, black on white.
export function pictureOf(framed, { width, height }) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, height];
  const pixels = new ImageData(width, height);
  framed.forEach((value, index) => {
    const grey = 255 - Math.round(255 * value);
    pixels.data.set([grey, grey, grey, 255], 4 * index);
  });
  canvas.getContext("2d").putImageData(pixels, 0, 0);
  return canvas.toDataURL();
}
