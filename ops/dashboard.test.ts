import { createServer } from "node:http";
import { AddressInfo } from "node:net";

import { usableDashboard } from "./dashboard";

async function withDashboard(status: number, work: (origin: string) => Promise<void>): Promise<void> {
  const server = createServer((_, response) => void response.writeHead(status).end());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

describe("usableDashboard", () => {
  it("is the pages where there are pages", () =>
    withDashboard(200, async (origin) =>
      expect(await usableDashboard(`${origin}/dashboard/`)).toBe(`${origin}/dashboard/`),
    ));

  it("is the API of a Traefik without pages", () =>
    withDashboard(500, async (origin) =>
      expect(await usableDashboard(`${origin}/dashboard/`)).toBe(`${origin}/api/rawdata`),
    ));

  it("stays as it is where nothing answers", async () => {
    let gone = "";
    await withDashboard(200, async (origin) => void (gone = `${origin}/dashboard/`));
    expect(await usableDashboard(gone)).toBe(gone);
  });
});
