// Full screen on small screens: the panel is the screen, and the page below keeps still.

/** Narrow, or low as a phone held sideways. The same condition stands in loader.css. */
export const SMALL = '(max-width: 767px), (max-height: 480px)';

/** One inline style as it was. */
interface Kept {
  element: HTMLElement;
  name: string;
  value: string;
  priority: string;
}

/** Keeps the page from scrolling while the panel covers it. */
export class Stillness {
  private kept: Kept[] | null = null;
  private place: [x: number, y: number] = [0, 0];

  /** Holds the page, or lets it go as it was. */
  hold(on: boolean): void {
    if (on && !this.kept) {
      this.place = [window.scrollX, window.scrollY];
      this.kept = [];
      this.set(document.documentElement, 'overflow', 'hidden');
      // iOS before 16 scrolls a page with hidden overflow; it doesn't scroll one that is fixed.
      this.set(document.body, 'position', 'fixed');
      this.set(document.body, 'top', `${-this.place[1]}px`);
      this.set(document.body, 'left', `${-this.place[0]}px`);
      this.set(document.body, 'width', '100%');
    } else if (!on && this.kept) {
      for (const { element, name, value, priority } of this.kept.reverse()) {
        if (value) element.style.setProperty(name, value, priority);
        else element.style.removeProperty(name);
        // An attribute that we caused goes too.
        if (element.getAttribute('style') === '') element.removeAttribute('style');
      }
      this.kept = null;
      this.jumpBack();
    }
  }

  /** Sets an inline style, by script because a strict policy forbids it in markup, and remembers the old one. */
  private set(element: HTMLElement, name: string, value: string): void {
    const style = element.style;
    this.kept?.push({
      element,
      name,
      value: style.getPropertyValue(name),
      priority: style.getPropertyPriority(name),
    });
    style.setProperty(name, value, 'important');
  }

  /** Back to where the reader was, without the gliding that some pages have. */
  private jumpBack(): void {
    const { style } = document.documentElement;
    const before = style.getPropertyValue('scroll-behavior');
    style.setProperty('scroll-behavior', 'auto', 'important');
    window.scrollTo(...this.place);
    if (before) style.setProperty('scroll-behavior', before);
    else style.removeProperty('scroll-behavior');
    if (document.documentElement.getAttribute('style') === '') {
      document.documentElement.removeAttribute('style');
    }
  }
}
