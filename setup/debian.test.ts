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

  it("is mmdebstrap's default where the host is another distribution", () => {
    expect(debianSources([target("Ubuntu|Ubuntu|http://site/ubuntu/")])).toEqual([]);
  });

  it("is reached as the host's apt reaches it", () => {
    expect(isNetworkOption('Acquire::http::Proxy "http://proxy:3128/";')).toBe(true);
    expect(isNetworkOption('Acquire::https::mirror.site::CaInfo "/etc/ssl/site.pem";')).toBe(true);
    expect(isNetworkOption('Acquire::http::Proxy "";')).toBe(false);
    expect(isNetworkOption('Acquire::Languages "none";')).toBe(false);
  });
});
