import { baseImages } from "./base-images";
import { bundle } from "./bundle";
import { Identity } from "./identity";
import { ImageContent, imageContent } from "./image";

/**
 * The image of one of this folder's processes: its code as one file on a base image with Node.js.
 *
 * @param options of Node.js. @default none
 */
export function processImage(
  identity: Identity,
  service: "app" | "worker" | "healer",
  options: readonly string[] = [],
): ImageContent {
  const code = bundle(service);
  return imageContent({
    identity,
    service,
    from: baseImages.node,
    files: { "main.js": code },
    command: ["node", ...options, "/main.js"],
    sources: code.sources,
  });
}
