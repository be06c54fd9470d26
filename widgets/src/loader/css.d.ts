// Style sheets as strings, as Vite makes them of `?inline`.

declare module '*.css?inline' {
  /** The sheet, minified in builds. */
  const sheet: string;
  export default sheet;
}
