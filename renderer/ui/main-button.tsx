import type { ComponentProps } from "react";
import { Button } from "./button.tsx";
import { useEmber, type EmberRank } from "./ember.ts";

type Props = Omit<ComponentProps<typeof Button>, "variant"> & {
  /** `over`: of a page, popover or dialog, which is what the person is at. */
  rank?: EmberRank;
  /** Whether it is what its part of the page is about. */
  main?: boolean;
};

/** The button that something is about: filled, as long as nothing else on the screen matters more. */
export function MainButton({ rank = "over", main = true, ...rest }: Props): React.JSX.Element {
  const filled = useEmber(rank, main && rest.disabled !== true);
  return <Button variant={filled ? "filled" : "outline"} {...rest} />;
}
