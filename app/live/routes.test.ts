import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import { page, pagePolicy } from "./page";
import { sendPage, wantsPage } from "./routes";

let server: Server;
let url: string;

beforeAll(async () => {
  const app = express();
  app.get("/", (request, response) => void response.send(wantsPage(request) ? "page" : "json"));
  app.get("/page", (_request, response) => sendPage(response));
  server = createServer(app).listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => new Promise((resolve) => server.close(resolve)));

const ask = (path: string, accept: string) => fetch(url + path, { headers: { accept, connection: "close" } });

test.each([
  ["text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8", "page"],
  ["text/html", "page"],
  ["*/*", "json"],
  ["application/json", "json"],
  ["application/json, text/html;q=0.5", "json"],
  ["application/json;q=0.5, text/html", "page"],
  ["text/html;q=0", "json"],
  ["image/png", "json"],
])("Accept: %s gets the %s", async (accept, wanted) => {
  expect(await (await ask("/", accept)).text()).toBe(wanted);
});

test("the page loads nothing from anywhere, and its policy allows exactly its own script and style", async () => {
  const answer = await ask("/page", "text/html");
  expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
  expect(answer.headers.get("content-security-policy")).toBe(pagePolicy);
  expect(page).not.toMatch(/\s(src|style|on\w+)=/);
  expect(page.match(/<(script|style)>/g)).toEqual(["<style>", "<script>"]);
  expect(page.match(/href="(?!#|data:)/g)).toBeNull();
  expect(pagePolicy).not.toMatch(/unsafe/);
});
