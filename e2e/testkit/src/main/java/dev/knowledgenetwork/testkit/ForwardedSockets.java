package dev.knowledgenetwork.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import javax.net.SocketFactory;

/**
 * Sockets that end at one forwarded port of this machine, whatever name is dialled: names of a
 * cluster mean nothing outside of it, and certificates speak of nothing else. Made by the driver of
 * PostgreSQL, which hands over the port.
 */
public final class ForwardedSockets extends SocketFactory {

  private final int port;

  public ForwardedSockets(String port) {
    this.port = Integer.parseInt(port);
  }

  @Override
  public Socket createSocket() {
    return new Socket() {
      @Override
      public void connect(SocketAddress dialled, int timeout) throws IOException {
        super.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), timeout);
      }
    };
  }

  @Override
  public Socket createSocket(String host, int dialled) throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), port);
  }

  @Override
  public Socket createSocket(String host, int dialled, InetAddress local, int from)
      throws IOException {
    return createSocket(host, dialled);
  }

  @Override
  public Socket createSocket(InetAddress host, int dialled) throws IOException {
    return createSocket(host.getHostAddress(), dialled);
  }

  @Override
  public Socket createSocket(InetAddress host, int dialled, InetAddress local, int from)
      throws IOException {
    return createSocket(host, dialled);
  }
}
