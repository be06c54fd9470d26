// Keeps the keyboard inside an open panel.

/** What Tab stops at. Things with `tabindex="-1"` take focus by script only and are left out. */
const REACHABLE =
  'a[href], button:not([disabled]), textarea:not([disabled]), input:not([disabled]), summary, [tabindex="0"]';

/** Everything inside `box` that Tab may reach, in order. Hidden things have no boxes of their own. */
export function reachable(box: ParentNode): HTMLElement[] {
  return [...box.querySelectorAll<HTMLElement>(REACHABLE)].filter(
    (element) => element.getClientRects().length > 0,
  );
}

/** At the ends of `box`, Tab goes round instead of out. */
export function keepInside(event: KeyboardEvent, box: ParentNode, active: Element | null): void {
  if (event.key !== 'Tab') return;
  const stops = reachable(box);
  if (stops.length === 0) return;
  const first = stops[0];
  const last = stops[stops.length - 1];
  const outside = !active || !box.contains(active);
  if (event.shiftKey ? active === first || outside : active === last || outside) {
    event.preventDefault();
    (event.shiftKey ? last : first).focus();
  }
}
