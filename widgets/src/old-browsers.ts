// What the libraries use and Chromium 80 or iOS 13 lack. Found by looking for newer calls in the bundle; the size
// gate in dev/size.mjs looks again at every build. Written as the standard says, and only where they are missing.

/** `at` of lists and strings: counts from the end when negative. marked calls it (Chromium 92, iOS 15.4). */
function at(this: ArrayLike<unknown>, index: number): unknown {
  const whole = Math.trunc(index) || 0;
  return this[whole < 0 ? this.length + whole : whole];
}

/** Whether an object has a property of its own. marked calls it (Chromium 93, iOS 15.4). */
function hasOwn(object: object, key: PropertyKey): boolean {
  return Object.getOwnPropertyDescriptor(object, key) !== undefined;
}

/** Adds a function to a built-in, hidden from `for … in`. */
function add(target: object, name: string, value: unknown): void {
  if (name in target) return;
  Object.defineProperty(target, name, {
    value,
    configurable: true,
    enumerable: false,
    writable: true,
  });
}

add(Array.prototype, 'at', at);
add(String.prototype, 'at', at);
add(Object, 'hasOwn', hasOwn);
