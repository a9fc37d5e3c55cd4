import { icon } from "./icons";
import { word } from "./words";

/**
 * `<input type=file data-photos>`: photos are made smaller before they leave the phone, several
 * shots add up, and each shows a preview that can be taken away again.
 */

const LONGEST = 1920;
const QUALITY = 0.85;
const kept = new WeakMap<HTMLInputElement, File[]>();

/** A JPEG of at most 1920 px, upright; the file itself when the browser cannot read it or it is small already. */
export async function smaller(file: File): Promise<File> {
  if (!file.type.startsWith("image/") || file.type === "image/gif") return file;
  try {
    const image = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST / Math.max(image.width, image.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(image.width * scale);
    canvas.height = Math.round(image.height * scale);
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    image.close();
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
    if (!blob || (scale === 1 && blob.size >= file.size)) return file;
    return new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
  } catch {
    return file;
  }
}

function put(input: HTMLInputElement, files: File[]): void {
  kept.set(input, files);
  const transfer = new DataTransfer();
  for (const file of files) transfer.items.add(file);
  input.files = transfer.files;
  show(input, files);
}

function show(input: HTMLInputElement, files: File[]): void {
  const list = input.closest(".photos")?.querySelector(".phs");
  if (!list) return;
  for (const image of list.querySelectorAll("img")) URL.revokeObjectURL(image.src);
  list.replaceChildren(
    ...files.map((file, index) => {
      const figure = Object.assign(document.createElement("figure"), { className: "ph ph-s" });
      const image = Object.assign(document.createElement("img"), { src: URL.createObjectURL(file), alt: file.name });
      const drop = Object.assign(document.createElement("button"), { type: "button", className: "drop" });
      drop.setAttribute("aria-label", word("remove", file.name));
      drop.append(icon("x"));
      drop.addEventListener("click", () => {
        put(input, files.filter((_, at) => at !== index));
        input.focus();
      });
      figure.append(image, drop);
      return figure;
    }),
  );
}

export function watchPhotos(): void {
  document.addEventListener("change", async (event) => {
    const input = event.target;
    if (!(input instanceof HTMLInputElement) || input.dataset["photos"] === undefined) return;
    const most = Number(input.dataset["photos"]) || 9;
    const added = await Promise.all([...(input.files ?? [])].map(smaller));
    put(input, [...(kept.get(input) ?? []), ...added].slice(0, input.multiple ? most : 1));
  });
}
