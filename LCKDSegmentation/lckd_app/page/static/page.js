// What the page does without the server: it chooses files, sends them, and remembers what each browser shows.
window.trame.utils.lckd = (() => {
  const state = window.trame.state;

  function send(files, mode) {
    const form = new FormData();
    for (const file of files) form.append("files", file, file.name);
    const request = new XMLHttpRequest();
    request.open("POST", `/upload/${mode}`);
    request.setRequestHeader("X-LCKD-Key", state.get("key"));
    request.upload.onprogress = (event) => show(event.loaded / event.total);
    request.onload = () => end(sentence(request));
    request.onerror = () => end("The images could not be sent: is the server still running?");
    show(0);
    request.send(form);
  }

  // The sentence of a refusal; whoever is not let in gets it as plain text.
  function sentence(request) {
    const isJson = (request.getResponseHeader("Content-Type") || "").includes("json");
    return isJson ? JSON.parse(request.responseText).message : request.responseText;
  }

  function show(part) {
    mine.sending = Math.round(100 * part);
  }

  function end(message) {
    mine.sending = -1;
    if (message) window.trame.trigger("refuse", [message]);
  }

  function choose(mode) {
    const input = document.createElement("input");
    input.type = "file";
    input.multiple = true;
    input.dataset.testid = "file-input";
    input.style.display = "none";
    input.onchange = () => { send([...input.files], mode); input.remove(); };
    document.body.append(input);
    input.click();
  }

  const wanted = localStorage.getItem("lckd-theme");
  const light = window.matchMedia("(prefers-color-scheme: light)").matches;
  const mine = Vue.reactive({
    theme: wanted || (light ? "light" : "dark"),
    tab: "segment", panel: true, enlarged: "", over: "", dragged: "", sending: -1,
  });

  function turn() {
    mine.theme = mine.theme === "dark" ? "light" : "dark";
    localStorage.setItem("lckd-theme", mine.theme);
  }

  window.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && state.get("measuring")) window.trame.trigger("stop_measuring");
  });

  return { choose, send, turn, mine };
})();
