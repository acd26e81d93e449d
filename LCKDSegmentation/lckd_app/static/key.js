// Runs before all else: keeps the key for this tab, so that the page can be loaded again, and has trame connect at once
// (it would ask for a launcher first) and again after a lost connection.
(() => {
  const NAME = "lckd-key";
  const address = new URL(window.location);
  const key = address.searchParams.get("secret") || sessionStorage.getItem(NAME);
  if (!key) {
    window.stop();
    document.documentElement.innerHTML = "<body>The key is missing: open the address that the server printed.</body>";
    return;
  }
  sessionStorage.setItem(NAME, key);
  address.searchParams.set("secret", key);
  address.searchParams.set("sessionURL", `ws://${address.host}/ws`);
  address.searchParams.set("reconnect", "auto");
  history.replaceState({}, document.title, address);
})();
