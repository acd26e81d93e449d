"""A scheduler that is reached by TLS: its certificates are those of Dask's own configuration, and nobody else's."""

import ssl
from pathlib import Path

from lckd.errors import DeviceError

PROTOCOL = "tls://"
SETTINGS = {
    "ca_file": "DASK_DISTRIBUTED__COMM__TLS__CA_FILE",
    "cert": "DASK_DISTRIBUTED__COMM__TLS__CLIENT__CERT",
    "key": "DASK_DISTRIBUTED__COMM__TLS__CLIENT__KEY",
}
"""What Dask calls a certificate, and the environment variable that names its file."""


def require_certificates(scheduler: str) -> None:
    """Refuse a scheduler by TLS whose certificates are not at hand, which Dask would say in a traceback.

    Args:
        scheduler: Address of the scheduler; only one by TLS is looked at.

    Raises:
        DeviceError: A certificate is not named, its file is missing, or it is none.
    """
    if not scheduler.startswith(PROTOCOL):
        return
    from distributed.security import Security  # noqa: PLC0415 - an extra, and slow to import

    told = Security().get_tls_config_for_role("client")
    for name, variable in SETTINGS.items():
        if not told[name]:
            message = (
                f"The scheduler '{scheduler}' needs certificates, and {variable} names none: set it to a file, or set "
                "distributed.comm.tls in the configuration of Dask."
            )
            raise DeviceError(message)
        if "\n" not in told[name] and not Path(told[name]).is_file():
            message = f"The certificate '{told[name]}' for the scheduler does not exist: mend {variable}."
            raise DeviceError(message)
    try:
        Security().get_connection_args("client")
    except (ssl.SSLError, OSError) as error:
        names = ", ".join(SETTINGS.values())
        message = f"The certificates for '{scheduler}' cannot be used ({error}): check the files that {names} name."
        raise DeviceError(message) from error
