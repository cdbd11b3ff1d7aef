import { Docker } from "../infra/docker";
import { AnswerCount } from "../infra/gate/answers";

/**
 * What the load balancer answered in the last seconds, from its access log, by the replica's address.
 *
 * @param container Docker name of the load balancer
 */
export async function recentAnswers(docker: Docker, container: string, seconds: number): Promise<AnswerCount> {
  const count = new AnswerCount();
  const text = await docker.run("logs", "--since", `${seconds}s`, container);
  for (const line of text.split("\n")) count.add(line);
  return count;
}
