/* Vitrine's storefront snippet; see docs/storefront.md. */
(function (window, document) {
  'use strict';
  if (window.vitrine && window.vitrine.version) return;

  var MAX_QUEUE = 200, MAX_BATCH = 50, MAX_TRIES = 5, FLUSH_MS = 1000;
  var SESSION_MS = 30 * 60 * 1000;
  var script = document.currentScript, data = (script && script.dataset) || {};
  var base = data.server || (script && script.src ? new URL(script.src).origin : location.origin);
  var key = data.key || '';
  var queue = [], timer = 0, tries = 0, userId = data.user || '', sending = false;
  var memory = {}, tokens = {}, seen = {};

  function stored(name, value) { // reads, or with a value writes; '' removes
    try {
      if (value === undefined) return window.localStorage.getItem(name) || memory[name] || '';
      if (value) window.localStorage.setItem(name, value); else window.localStorage.removeItem(name);
    } catch (e) { /* storage may be forbidden: this page remembers for itself */ }
    if (value === undefined) return memory[name] || '';
    memory[name] = value;
    return value;
  }

  function id() {
    var bytes = new Uint8Array(16), text = '';
    window.crypto.getRandomValues(bytes);
    for (var i = 0; i < 16; i++) text += (bytes[i] + 256).toString(16).slice(1);
    return text;
  }

  var pageVisitor = id();

  function consent() { return stored('vitrine-consent') || data.consent || 'pending'; }
  function granted() { return consent() === 'granted'; }

  // Without consent a visitor lives as long as the page and nothing is kept on the device.
  function visitorId() {
    if (!granted()) return pageVisitor;
    var known = stored('vitrine-visitor') || pageVisitor;
    stored('vitrine-visitor', known);
    return known;
  }

  function sessionId() {
    if (!granted()) return pageVisitor;
    var now = Date.now(), parts = stored('vitrine-session').split('.');
    var session = parts.length === 2 && now - Number(parts[1]) < SESSION_MS ? parts[0] : id();
    stored('vitrine-session', session + '.' + now);
    return session;
  }

  function setConsent(state) {
    if (state !== 'granted' && state !== 'denied') throw new Error("consent is 'granted' or 'denied'");
    if (state === 'denied') {
      queue = [];
      stored('vitrine-visitor', '');
      stored('vitrine-session', '');
      pageVisitor = id();
    }
    stored('vitrine-consent', state);
    if (state === 'granted') flush();
  }

  // A token belongs to the products of its answer: a later click names it.
  function remember(answer) {
    var results = (answer && answer.results) || [];
    if (!answer || !answer.attributionToken) return;
    if (Object.keys(tokens).length > 1000) tokens = {};
    for (var i = 0; i < results.length; i++) tokens[results[i].id] = answer.attributionToken;
  }

  function track(type, event) {
    if (consent() === 'denied') return;
    var full = { eventId: id(), eventType: type, visitorId: '', eventTime: Date.now() };
    for (var field in event || {}) full[field] = event[field];
    var first = full.productDetails && full.productDetails[0];
    if (!full.attributionToken && first && tokens[first.id]) full.attributionToken = tokens[first.id];
    if (queue.length >= MAX_QUEUE) queue.shift();
    queue.push(full);
    if (queue.length >= MAX_BATCH) flush(); else schedule(FLUSH_MS);
  }

  function schedule(ms) { if (!timer) timer = window.setTimeout(flush, ms); }

  function finish(event) {
    event.visitorId = event.visitorId || visitorId();
    event.sessionId = event.sessionId || sessionId();
    event.consent = consent();
    if (userId && !event.userId) event.userId = userId;
    return event;
  }

  function flush() {
    window.clearTimeout(timer);
    timer = 0;
    if (sending || !queue.length || !granted()) return; // pending consent: wait, bounded
    var batch = queue.splice(0, MAX_BATCH).map(finish);
    sending = true;
    call('/v1/userEvents:write', batch, true).then(function () {
      sending = false;
      tries = 0;
      if (queue.length) schedule(0);
    }, function (error) {
      sending = false;
      var again = !error.status || error.status === 429 || error.status >= 500;
      if (again && ++tries < MAX_TRIES) {
        queue = batch.concat(queue).slice(-MAX_QUEUE); // eventId keeps repeats from counting twice
        schedule(FLUSH_MS * Math.pow(2, tries));
      } else {
        tries = 0;
      }
    });
  }

  // The page goes away: a beacon outlives it, but carries no headers.
  function farewell() {
    if (!queue.length || !granted() || !window.navigator.sendBeacon) return;
    var batch = queue.splice(0, MAX_BATCH).map(finish);
    var url = base + '/v1/userEvents:write' + (key ? '?key=' + encodeURIComponent(key) : '');
    if (!window.navigator.sendBeacon(url, JSON.stringify(batch))) queue = batch.concat(queue);
  }

  function call(path, body, keepalive) {
    var headers = { 'Content-Type': 'application/json' };
    if (key) headers.Authorization = 'Bearer ' + key;
    return window.fetch(base + path, {
      method: 'POST', headers: headers, body: JSON.stringify(body), keepalive: !!keepalive,
      credentials: 'omit'
    }).then(function (answer) {
      if (answer.ok) return answer.json();
      var error = new Error('Vitrine answered ' + answer.status);
      error.status = answer.status;
      throw error;
    });
  }

  function ask(config, verb, request) {
    var body = { visitorId: visitorId() };
    if (userId) body.userId = userId;
    for (var field in request || {}) body[field] = request[field];
    flush();
    return call('/v1/servingConfigs/' + encodeURIComponent(config) + ':' + verb, body)
      .then(function (answer) { remember(answer); return answer; });
  }

  // Half of a product in view for half a second is an impression, once per answer and product.
  var waiting = new Map(), observer = window.IntersectionObserver && new window.IntersectionObserver(
    function (entries) {
      entries.forEach(function (entry) {
        var element = entry.target;
        window.clearTimeout(waiting.get(element));
        waiting.delete(element);
        if (!entry.isIntersecting) return;
        waiting.set(element, window.setTimeout(function () {
          waiting.delete(element);
          observer.unobserve(element);
          impression(element);
        }, 500));
      });
    }, { threshold: 0.5 });

  function impression(element) {
    var item = element.dataset.vitrineId, token = element.dataset.vitrineToken || tokens[item] || '';
    var mark = token + '|' + item;
    if (seen[mark]) return;
    if (Object.keys(seen).length > 1000) seen = {};
    seen[mark] = true;
    var event = { impressions: [{ id: item, position: Number(element.dataset.vitrinePosition) || 0 }] };
    if (token) event.attributionToken = token;
    if (element.dataset.vitrinePlacement) event.placement = element.dataset.vitrinePlacement;
    track('impression', event);
  }

  function observe(root) {
    if (!observer) return;
    (root || document).querySelectorAll('[data-vitrine-id]').forEach(function (element) {
      observer.observe(element);
    });
  }

  document.addEventListener('click', function (event) {
    var element = event.target.closest && event.target.closest('[data-vitrine-id]');
    if (!element) return;
    var click = { productDetails: [{ id: element.dataset.vitrineId }] };
    if (element.dataset.vitrineToken) click.attributionToken = element.dataset.vitrineToken;
    if (element.dataset.vitrinePlacement) click.placement = element.dataset.vitrinePlacement;
    track('click', click);
  }, true);
  document.addEventListener('visibilitychange', function () {
    if (document.visibilityState === 'hidden') farewell();
  });
  window.addEventListener('pagehide', farewell);

  window.vitrine = {
    version: 1,
    track: track,
    flush: flush,
    observe: observe,
    consent: setConsent,
    consentState: consent,
    visitorId: visitorId,
    identify: function (user) { userId = user || ''; },
    search: function (request, config) { return ask(config || 'search', 'search', request); },
    recommend: function (config, request) { return ask(config, 'recommend', request); }
  };
})(window, document);
