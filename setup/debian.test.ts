import { debianSources, isNetworkOption, parseIndexTarget } from "./debian";

const target = (text: string) => parseIndexTarget(text);

describe("the Debian mirror for base images", () => {
  it("is the host's own, whatever release the host runs", () => {
    const sources = debianSources([
      target("Docker|Docker CE|https://site/docker/"),
      target("Debian|Debian|http://site/debian/"),
      target("Debian|Debian-Security|http://site/security/"),
    ]);
    expect(sources).toEqual([
      "deb http://site/debian/ bookworm main",
      "deb http://site/debian/ bookworm-updates main",
      "deb http://site/security/ bookworm-security main",
    ]);
  });

  it("is Debian's where the host is another distribution", () => {
    const sources = debianSources([target("Ubuntu|Ubuntu|http://archive.ubuntu.com/ubuntu/")]);
    expect(sources).toEqual([
      "deb http://deb.debian.org/debian bookworm main",
      "deb http://deb.debian.org/debian bookworm-updates main",
      "deb http://deb.debian.org/debian-security bookworm-security main",
    ]);
  });

  it("is reached as the host's apt reaches it", () => {
    expect(isNetworkOption('Acquire::http::Proxy "http://proxy:3128/";')).toBe(true);
    expect(isNetworkOption('Acquire::https::mirror.site::CaInfo "/etc/ssl/site.pem";')).toBe(true);
    expect(isNetworkOption('Acquire::http::Proxy "";')).toBe(false);
    expect(isNetworkOption('Acquire::Languages "none";')).toBe(false);
  });
});
