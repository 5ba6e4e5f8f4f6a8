/** Whether somebody has signed out by themselves: the demo user is then not signed in again behind their back. */

const LEFT = "esteira.console.left";

export function hasLeft(): boolean {
  return localStorage.getItem(LEFT) !== null;
}

export function noteLeaving(): void {
  localStorage.setItem(LEFT, "1");
}

export function noteEntering(): void {
  localStorage.removeItem(LEFT);
}
