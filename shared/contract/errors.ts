import { errorStatus, type ErrorCode } from "../errors.ts";
import * as z from "zod";

const data = z.record(z.string(), z.unknown()).optional();
type ContractError = { status: number; data: typeof data };

/** The closed list of errors of one procedure. `data.field` names the input at fault where there is one. */
export function errors<C extends ErrorCode>(...codes: C[]): Record<C, ContractError> {
  const list: Partial<Record<ErrorCode, ContractError>> = {};
  for (const code of codes) list[code] = { status: errorStatus[code], data };
  return list as Record<C, ContractError>;
}
