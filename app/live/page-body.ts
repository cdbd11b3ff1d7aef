/** What the page consists of; the functions of `client/` fill it in. */
export const body = `<a class="skip" href="#main">Skip to the replicas</a>
<header>
  <div class="brand">
    <svg viewBox="0 0 16 16" aria-hidden="true"><path d="M2 9h12l-2 4H4zM7.3 1v7H3zM8.7 3v5H12z"/></svg>
    <h1>Evenkeel</h1>
  </div>
  <p id="link" data-state="waiting"><span class="lamp" aria-hidden="true"></span><span id="link-text">Connecting</span></p>
</header>
<p id="said" class="unseen" role="status"></p>
<main id="main" tabindex="-1">
  <noscript><p class="notice">This page needs JavaScript. The same as JSON: <code>curl</code> this address.</p></noscript>
  <p id="outage" class="notice" role="alert" hidden>Redis can not be reached. The replicas keep answering; these numbers stand still until it is back.</p>

  <section aria-labelledby="now-title">
    <h2 id="now-title" class="unseen">Now</h2>
    <dl class="figures">
      <div><dt>Healthy replicas</dt><dd><span id="healthy">–</span> <small id="known"></small></dd></div>
      <div><dt>Requests a minute</dt><dd id="recent">–</dd></div>
      <div><dt>Your visits</dt><dd id="session-visits">–</dd></div>
      <div><dt>All visits</dt><dd id="all-visits">–</dd></div>
    </dl>
  </section>

  <section class="card" aria-labelledby="replicas-title">
    <div class="title"><h2 id="replicas-title">Replicas</h2><p>share of the requests of the last minute</p></div>
    <ul id="replicas"></ul>
    <template id="replica"><li>
      <div class="who"><strong data-part="name"></strong> <span class="state" data-part="state"></span></div>
      <div class="share"><div class="track" aria-hidden="true"><div data-part="bar"></div></div> <b data-part="share"></b></div>
      <div class="facts"><span data-part="revision"></span> <span data-part="age"></span> <span data-part="requests"></span></div>
    </li></template>
    <div class="try">
      <div class="buttons">
        <button type="button" data-send="requests" data-count="30">Send 30 requests</button>
        <button type="button" data-send="jobs" data-count="20">Enqueue 20 jobs</button>
      </div>
      <ol id="dots" aria-hidden="true"></ol>
      <p id="result" role="status">See who answers: each dot is an answer, in its replica's colour.</p>
    </div>
  </section>

  <section class="card" aria-labelledby="queue-title">
    <div class="title"><h2 id="queue-title">Queue</h2><p>the last <span class="minutes">2 min</span></p></div>
    <dl class="legend">
      <div class="waiting"><dt>Waiting</dt><dd id="waiting">–</dd></div>
      <div class="active"><dt>Active</dt><dd id="active">–</dd></div>
      <div class="completed"><dt>Completed</dt><dd id="completed">–</dd></div>
      <div class="failed"><dt>Failed</dt><dd id="failed">–</dd></div>
    </dl>
    <figure>
      <figcaption>Waiting and active</figcaption>
      <div class="plot"><span class="top" id="held-top" aria-hidden="true"></span><svg id="held" role="img" aria-label="No samples yet" viewBox="0 0 600 100" preserveAspectRatio="none"></svg></div>
    </figure>
    <figure>
      <figcaption>Completed and failed, every 5 s</figcaption>
      <div class="plot"><span class="top" id="done-top" aria-hidden="true"></span><svg id="done" role="img" aria-label="No samples yet" viewBox="0 0 600 100" preserveAspectRatio="none"></svg></div>
    </figure>
    <p class="axis" aria-hidden="true"><span><span class="minutes">2 min</span> ago</span><span>now</span></p>
  </section>
</main>
<footer><p>The same as JSON: <code>curl</code> this address. Each answer names the replica that gave it in <code>X-Instance-ID</code>.</p></footer>`;
