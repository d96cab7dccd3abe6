/** What a file system takes as a name, of what a person or an agent called it. */
export function fileName(title: string): string {
  const name = title
    .replaceAll(/[\p{Cc}\p{Cf}<>:"/\\|?*]+/gu, " ")
    .replaceAll(/\s+/g, " ")
    .replaceAll(/^[. ]+|[. ]+$/g, "")
    .slice(0, 80)
    .trim();
  return name === "" ? "chat" : name;
}
