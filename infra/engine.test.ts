import { engineOf } from "./engine";

describe("engineOf", () => {
  it.each([
    [undefined, "/var/run/docker.sock", "localhost"],
    ["", "/var/run/docker.sock", "localhost"],
    ["unix:///run/user/1000/docker.sock", "/run/user/1000/docker.sock", "localhost"],
    ["ssh://me@box.example", "/var/run/docker.sock", "box.example"],
    ["ssh://me@box.example:2222", "/var/run/docker.sock", "box.example"],
    ["tcp://10.0.0.7:2376", "/var/run/docker.sock", "10.0.0.7"],
    ["nonsense", "/var/run/docker.sock", "localhost"],
  ])("reads %j", (host, socketPath, hostname) => {
    expect(engineOf(host)).toEqual({ socketPath, hostname });
  });
});
