// Runs before all else: keeps the key for this tab, so that the page can be loaded again, and has trame connect at once
// (it would ask for a launcher first) and again after a lost connection.
(() => {
  const NAME = "lckd-key";
  const REFUSED = "The key is missing or wrong: open the address that the server printed.";
  const address = new URL(window.location);
  const key = address.searchParams.get("secret") || sessionStorage.getItem(NAME);

  // trame says of a key that is not accepted only where in its code it noticed.
  function explain() {
    const place = document.querySelector("#app");
    new MutationObserver(() => {
      if (!place.textContent.startsWith("try/catch")) return;
      sessionStorage.removeItem(NAME);
      place.textContent = REFUSED;
    }).observe(place, { childList: true });
  }

  if (!key) {
    window.stop();
    document.documentElement.innerHTML = `<body>${REFUSED}</body>`;
    return;
  }
  sessionStorage.setItem(NAME, key);
  address.searchParams.set("secret", key);
  address.searchParams.set("sessionURL", `ws://${address.host}/ws`);
  address.searchParams.set("reconnect", "auto");
  history.replaceState({}, document.title, address);
  window.addEventListener("DOMContentLoaded", explain);
})();
