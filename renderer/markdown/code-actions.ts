import { createContext, useContext } from "react";

/** What can be done with a block of code besides copying it; left out where there is nothing to do it with. */
export type CodeActions = { insertInTerminal?: (code: string) => void };

const Context = createContext<CodeActions>({});
export const CodeActionsProvider = Context.Provider;

export function useCodeActions(): CodeActions {
  return useContext(Context);
}
