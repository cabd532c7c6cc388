// The secret comes in the page's address and is kept in a cookie: removed from the
// address, nobody reads it off the screen or finds it in the history.

export function hideSecret() {
  const url = new URL(location.href);
  if (!url.searchParams.has("key")) return;
  url.searchParams.delete("key");
  history.replaceState(history.state, "", url);
}
