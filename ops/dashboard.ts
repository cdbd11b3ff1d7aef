/**
 * Where the dashboard can be used. A Traefik that was built from its Go module has no pages and answers 500 for
 * them: its API is there all the same. What this machine cannot reach (a remote engine's loopback) stays as it is.
 */
export async function usableDashboard(url: string): Promise<string> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
    await response.arrayBuffer();
    if (response.status === 500) return new URL("/api/rawdata", url).href;
  } catch {
    // Stays as it is.
  }
  return url;
}
