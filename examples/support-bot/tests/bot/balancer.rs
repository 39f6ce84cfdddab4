use std::net::SocketAddr;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};

/// Accepts connections, and forwards each to one of the instances that are running.
pub async fn balance(listener: TcpListener, instances: Vec<SocketAddr>) {
    let mut next = 0;
    while let Ok((mut incoming, _)) = listener.accept().await {
        next += 1;
        let mut order = instances.clone();
        order.rotate_left(next % instances.len());
        tokio::spawn(async move {
            for instance in order {
                if let Ok(mut outgoing) = TcpStream::connect(instance).await {
                    // The sandbox notices a connection that ends early.
                    let _ended = copy_bidirectional(&mut incoming, &mut outgoing).await;
                    return;
                }
            }
        });
    }
}
