// Search in pages that are opened from the disk: browsers start no worker there, so its script runs in a hidden frame.
if (location.protocol === "file:") {
  window.Worker = class extends EventTarget {
    constructor(url) {
      super()
      const frame = document.createElement("iframe")
      frame.hidden = true
      document.body.appendChild(frame)
      const inside = frame.contentWindow
      inside.postMessage = data => this.dispatchEvent(new MessageEvent("message", { data }))
      const load = source => new Promise(done => {
        const script = inside.document.createElement("script")
        script.src = new URL(source, document.baseURI)
        script.onload = done
        inside.document.body.appendChild(script)
      })
      inside.importScripts = (...sources) => sources.reduce((before, source) => before.then(() => load(source)), Promise.resolve())
      const ready = load(url)
      this.postMessage = data => ready.then(() => inside.dispatchEvent(new MessageEvent("message", { data })))
    }
  }
}
