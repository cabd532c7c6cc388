// The secret came in the page's address and lies in a cookie now: nobody is to read it off the screen, or find it in the history.

export function hideSecret() {
  const address = new URL(location);
  if (!address.searchParams.has("key")) return;
  address.searchParams.delete("key");
  history.replaceState(history.state, "", address);
}
