import type { FileHandle } from "node:fs/promises";
import { StringDecoder } from "node:string_decoder";

/** Reads on from where it was, and hands on whole lines. */
export function lineReader(file: FileHandle, onLine: (line: string) => void): () => Promise<void> {
  const buffer = Buffer.alloc(1 << 20);
  const decoder = new StringDecoder();
  let rest = "";
  return async () => {
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length);
      if (bytesRead === 0) return;
      const lines = (rest + decoder.write(buffer.subarray(0, bytesRead))).split("\n");
      rest = lines.pop()!;
      lines.forEach(onLine);
    }
  };
}
