package dev.knowledgenetwork.server;

import dev.knowledgenetwork.web.ClientConnection;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;

/**
 * The connection of a request on Vert.x.
 *
 * @param request that is answered
 */
record VertxConnection(RoutingContext request) implements ClientConnection {

  @Override
  public void onEnd(Runnable action) {
    // Of the handlers that Vert.x has for this only the routing context's are not overwritten by
    // others: by the output stream, for one.
    request.addEndHandler(ignored -> action.run());
    HttpServerResponse response = request.response();
    if (response.closed() || response.ended()) {
      action.run();
    }
  }

  @Override
  public void breakOff() {
    request.response().reset();
  }
}
