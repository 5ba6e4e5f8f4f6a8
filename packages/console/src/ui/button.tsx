import type { ComponentProps } from "react";

export interface ButtonProps extends ComponentProps<"button"> {
  /** `plain` unless said otherwise. */
  readonly kind?: "plain" | "primary" | "danger" | "quiet";
}

export function Button({ kind = "plain", type = "button", className = "", ...rest }: ButtonProps) {
  return <button type={type} className={`button is-${kind} ${className}`.trim()} {...rest} />;
}
