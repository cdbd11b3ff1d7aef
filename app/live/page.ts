import { createHash } from "node:crypto";
import { palette } from "./client/palette";
import { queuePanel } from "./client/queue-panel";
import { replicaList } from "./client/replica-list";
import { samplePanel } from "./client/sample-panel";
import { start, type Parts } from "./client/start";
import { body } from "./page-body";
import { style } from "./page-style";

const parts: Parts = { palette, replicaList, queuePanel, samplePanel };

/** The functions of `client/`, as text. */
const script = `"use strict";(${start})({${Object.entries(parts)
  .map(([name, part]) => `${name}:${part}`)
  .join(",")}});`;

const hash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/** The `Content-Security-Policy` of the page: its own script and style, by their hashes, and this server. Nothing else. */
export const pagePolicy = [
  "default-src 'none'",
  `script-src ${hash(script)}`,
  `style-src ${hash(style)}`,
  "img-src data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** The live page: one document that loads nothing. */
export const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Evenkeel, live</title>
<link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath d='M2 9h12l-2 4H4zM7.3 1v7H3zM8.7 3v5H12z' fill='%230f7c86'/%3E%3C/svg%3E">
<style>${style}</style>
</head>
<body>
${body}
<script>${script}</script>
</body>
</html>
`;
