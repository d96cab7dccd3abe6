/** What docker and its likes take without a value. */
const flags =
  /^(-[itdPq]+|--(interactive|tty|detach|rm|init|privileged|publish-all|read-only|no-healthcheck|oom-kill-disable|quiet|sig-proxy|replace|tls-verify))$/;
/** Options whose value means something inside the container, or is a name. */
const inside =
  /^(-e|--env|-w|--workdir|--entrypoint|-l|--label|--name|-h|--hostname|-u|--user|--network|--net|--tmpfs|--platform|--pull|-p|--publish)$/;

/**
 * Of the words behind `docker run` or `docker exec`: those that are about this machine. What comes from the image's name
 * on counts inside the container. null where it is no such command. Pure.
 */
export function containerWords(program: string, args: readonly string[]): string[] | null {
  if (!/^(docker|podman|nerdctl)$/.test(program)) return null;
  const first = args[0] === "container" ? 1 : 0;
  if (args[first] !== "run" && args[first] !== "exec") return null;
  const here: string[] = [];
  for (let at = first + 1; at < args.length; at += 1) {
    const word = args[at] ?? "";
    if (!word.startsWith("-")) break;
    const [option = "", inWord] = word.split(/=(.*)/s);
    const isFlag = flags.test(option);
    if (!isFlag && !inside.test(option)) here.push(word, ...(inWord === undefined ? [args[at + 1] ?? ""] : []));
    if (!isFlag && inWord === undefined) at += 1;
  }
  return here;
}
