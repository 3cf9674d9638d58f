//! What every addon shares: error codes and the panic guard.
