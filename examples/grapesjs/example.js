/**
 * GrapesJS with its newsletter preset, and the preflight beside it. The service's address is the page's
 * parameter `api`; the service must be started with `--allow-origin` of this page's address.
 */

const api = new URLSearchParams(location.search).get("api") ?? "http://127.0.0.1:8025";
const preflight = document.getElementById("preflight");
preflight.setAttribute("api", api);
await import(`${api}/mailing-preflight.js`);

const preset = window["grapesjs-preset-newsletter"];
const editor = grapesjs.init({
  container: "#editor",
  height: "100%",
  components: document.getElementById("newsletter").innerHTML,
  storageManager: false,
  // Nothing is told to, or fetched from, the makers' servers.
  telemetry: false,
  cssIcons: "",
  plugins: [preset.default ?? preset],
});

// --- to the preflight: the mailing as it will be sent, with its styles inline ---

const fields = ["from", "subject"];
const send = () => {
  const draft = { html: editor.runCommand("gjs-get-inlined-html") };
  for (const name of fields) draft[name] = document.getElementById(name).value;
  // What a fix has added, a text part for one, stays with the draft.
  preflight.draft = { ...preflight.draft, ...draft };
};
editor.on("load", send);
editor.on("update", send);
for (const name of fields) document.getElementById(name).addEventListener("input", send);

// --- from the preflight: what Apply has changed, and places to show ---

preflight.addEventListener("preflight-fix", ({ detail: { draft } }) => {
  for (const name of fields) document.getElementById(name).value = draft[name] ?? "";
  if (draft.html === editor.runCommand("gjs-get-inlined-html")) return;
  editor.Css.clear();
  editor.setComponents(draft.html ?? "");
});

preflight.addEventListener("preflight-select", ({ detail: { evidence, field } }) => {
  if (fields.includes(field)) {
    document.getElementById(field).focus();
    return;
  }
  const wrapper = editor.getWrapper();
  const found =
    evidence.kind === "link"
      ? wrapper.find("a[href]")[Number(evidence.name)]
      : wrapper.find("*").findLast((component) => evidence.quote && component.getEl()?.textContent.includes(evidence.quote));
  if (found) editor.select(found, { scroll: true });
});
