import { dockerHostIn } from "./docker-host";

describe("dockerHostIn", () => {
  it.each([
    ['config:\n  docker:host: ssh://me@box\n  evenkeel:replicas: "5"\n', "ssh://me@box"],
    ["config:\n    'docker:host': \"tcp://10.0.0.7:2376\"\n", "tcp://10.0.0.7:2376"],
    ['config:\n  evenkeel:replicas: "5"\n', undefined],
    ["config:\n  docker:hostile: x\n", undefined],
    ["", undefined],
  ])("reads %j", (text, host) => {
    expect(dockerHostIn(text)).toBe(host);
  });
});
